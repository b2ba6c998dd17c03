"""Which links a document may carry."""

import re

_SAFE = re.compile(r"(https?://|mailto:)[^\s<>\"\\]+\Z", re.IGNORECASE)


def safe_href(href: str | None) -> str | None:
    """`href` if it is http, https or mailto and in one piece; otherwise nothing."""
    return href if href and _SAFE.match(href) else None
