"""Reading the fields of a form one after the other, every fault kept."""

from collections.abc import Callable
from typing import TypeVar

from commons.kernel.errors import DomainError, FieldError

Value = TypeVar("Value")


def read_field(
    faults: list[FieldError],
    name: str,
    reader: Callable[[str], Value],
    typed: str,
    default: Value,
) -> Value:
    """What `reader` makes of `typed`; a refusal is added to `faults` beside the field."""
    try:
        return reader(typed)
    except DomainError as error:
        faults.append(FieldError(name, error.text))
        return default
