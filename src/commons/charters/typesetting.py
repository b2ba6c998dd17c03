"""Prose of the content folder as typed becomes prose as printed: spaces, quotes, blocks."""

import re

from commons.charters.model import Prose

_RULES = (
    (re.compile(r"'"), "’"),
    (re.compile(r" ([:»])"), "\u00a0\\1"),
    (re.compile(r"« "), "«\u00a0"),
    (re.compile(r" ([;!?])"), "\u202f\\1"),
    (re.compile(r"\bn° (?=[\d{])"), "n°\u00a0"),
    (re.compile(r"\bart\. (?=[LRD\d])"), "art.\u00a0"),
    (re.compile(r"(?<=\d) (?=(?:jours|mois|heures|m²|ans)\b)"), "\u00a0"),
)


def typeset(text: str) -> str:
    """French spaces that do not break, and curly apostrophes. Leaves blanks as they are."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text.strip()


def prose_of(body: str) -> tuple[Prose, ...]:
    """Cut an article into blocks: blank lines part them, `- ` begins an item, `> ` a note."""
    blocks = re.split(r"\n\s*\n", body.strip())
    return tuple(_block(block) for block in blocks if block.strip())


def _block(block: str) -> Prose:
    lines = [line.strip() for line in block.strip().splitlines()]
    if lines[0].startswith("- "):
        items: list[str] = []
        for line in lines:
            if line.startswith("- "):
                items.append(line[2:])
            else:
                items[-1] += f" {line}"
        return Prose("items", tuple(map(typeset, items)))
    if lines[0].startswith("> "):
        return Prose("note", (typeset(" ".join(line.removeprefix("> ") for line in lines)),))
    return Prose("paragraph", (typeset(" ".join(lines)),))
