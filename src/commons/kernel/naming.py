"""Whether a text names someone, as far as can be told from the letters."""

import re


def names_in(text: str, name: str) -> bool:
    """Whether the whole name stands in the text, in either case, not within longer words."""
    words = r"\s+".join(map(re.escape, name.split()))
    found = re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE) if words else None
    return found is not None


def first_word(name: str) -> str:
    """The beginning of a name, by which a database narrows down what may hold it."""
    return name.partition(" ")[0]
