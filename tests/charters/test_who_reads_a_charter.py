"""A charter names its signatories: it is read by those who may read names."""

import re

import yaml
from tests.doors import Browser, Door, registered

from commons.content import content_folder


async def drawn(door: Door, slug: str) -> str:
    """The address of a charter that Alice draws up for the commons."""
    example = content_folder("examples") / "charter-answers.yaml"
    answers = yaml.safe_load(example.read_text(encoding="utf-8"))["answers"]
    fields: dict[str, str | list[str]] = {"step": "draw"}
    for name, value in answers.items():
        if isinstance(value, bool):
            fields[name] = "true" if value else "false"
        elif isinstance(value, list) and name in ("signatories", "objectives", "datasets"):
            fields[name] = "\n".join(value)
        else:
            fields[name] = value if isinstance(value, list) else str(value)
    alice = await door.browser("Alice")
    answer = await alice.post(f"/communs/{slug}/chartes/nouvelle", fields)
    assert answer.status_code == 303, answer.text[:500]
    page = (await alice.get(f"/communs/{slug}/chartes")).text
    [address] = re.findall(r'href="([^"]+/charte\.pdf)"', page)
    return str(address)


async def test_under_pseudonyms_only_members_download_a_charter(door: Door) -> None:
    await door.steward("Alice")
    await door.person("Bob")
    slug = await registered(door, "Alice", readers="pseudonyms")
    address = await drawn(door, slug)
    assert (await (await door.browser("Alice")).get(address)).content.startswith(b"%PDF")
    assert (await (await door.browser("Bob")).get(address)).status_code == 403
    stranger = Browser(door.client())
    assert (await stranger.get(address)).status_code == 401
    assert "charte.pdf" not in (await stranger.get(f"/communs/{slug}/chartes")).text


async def test_a_public_commons_shows_its_charters_to_all(door: Door) -> None:
    await door.steward("Alice")
    slug = await registered(door, "Alice", readers="public")
    address = await drawn(door, slug)
    assert (await Browser(door.client()).get(address)).content.startswith(b"%PDF")
