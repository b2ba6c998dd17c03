"""`commons content check` as outside scripts rely on it."""

import pytest
from click.testing import CliRunner


def test_the_published_content_is_in_order() -> None:
    pytest.importorskip("commons.charters.content", reason="the charters are not published yet")
    from commons.commands.content import content  # noqa: PLC0415 -- needs the charters

    result = CliRunner().invoke(content, ["check"])
    assert result.exit_code == 0, result.output
