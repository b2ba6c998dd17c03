"""A form sent twice is done once: the key that it carries, and what is answered (LED-2)."""

from uuid import UUID

from litestar.response import Redirect

from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.ledger.model import AlreadyWritten, Outcome
from commons.web.pages import see_other


def entry_key(typed: str) -> UUID:
    """The key that a form carries. Raises `InputError` if it was damaged."""
    try:
        return UUID(typed)
    except ValueError as error:
        raise InputError(t("Ce formulaire est abîmé : rechargez la page.")) from error


def written(path: str, notice: str, *outcomes: Outcome) -> Redirect:
    """On to `path`, saying what was done, or that it had been done before."""
    again = all(isinstance(outcome, AlreadyWritten) for outcome in outcomes)
    return see_other(path, "deja" if again else notice)
