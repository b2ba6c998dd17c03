"""What can be refused, named in the domain; the web and the command line translate it once.

DomainError
├── InputError          what was typed or sent cannot be read or is out of bounds
├── NotFoundError       there is no such thing, or the reader may not know of it
├── ForbiddenError      this person may not do this
├── UnauthenticatedError  nobody is signed in
├── ConflictError       the same key or name is already taken by something else
└── RuleBrokenError     readable and allowed, but against a rule of the commons

Each `code` is stable, has a page in `docs/problems/` and is the end of the problem's URL.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from commons.kernel.text import Text


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: `field` is its name in the request, dotted when nested."""

    field: str
    text: Text


class DomainError(Exception):
    """The root of every refusal. `text` says what is wrong, why, and what to do."""

    code = "refused"

    def __init__(self, text: Text, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(str(text))
        self.text = text
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join([str(self.text), *(f"{e.field}: {e.text}" for e in self.errors)])


class InputError(DomainError):
    code = "invalid-input"


class NotFoundError(DomainError):
    code = "not-found"


class ForbiddenError(DomainError):
    code = "forbidden"


class UnauthenticatedError(DomainError):
    code = "sign-in-needed"


class ConflictError(DomainError):
    code = "conflict"


class RuleBrokenError(DomainError):
    code = "rule-broken"
