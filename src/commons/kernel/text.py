"""A sentence for a person, kept apart from its values so that it can be translated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

Value: TypeAlias = "str | int | Decimal | Fraction | Text"


@dataclass(frozen=True, slots=True)
class Text:
    """A French sentence with `{named}` blanks, and what fills them.

    The French is the key of the English catalogue, so it must be written whole and
    never be put together from pieces. `str()` gives the French.
    """

    message: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format_map(self.values) if self.values else self.message


def t(message: str, /, **values: Value) -> Text:
    """Mark a French sentence for translation (the extractor looks for this name)."""
    return Text(message, values)


def how_many(count: int, *, none: Text, one: Text, many: Text) -> Text:
    """The sentence for nothing, for one or for several; the last may show `{count}`.

    Each is whole, so that both languages agree their words: nothing is one in French and many
    in English.
    """
    if count == 0:
        return none
    if count == 1:
        return one
    return Text(many.message, {**many.values, "count": count})
