"""Rules side by side on what anyone types or brings: nothing is kept."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from commons.chamber import compare_settings as choices
from commons.chamber.brought import (
    FIELD_CHARACTERS_MAX,
    FILE_BYTES_MAX,
    LINES_MAX,
    NOT_DONE,
    Brought,
    chosen_file,
    what_was_brought,
)
from commons.chamber.calculator import Calculator
from commons.chamber.compare_settings import read_settings
from commons.chamber.comparing import compared, round_file
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t
from commons.web.pages import AnyRequest, View, form_page, read_form

SETTINGS = frozenset(
    {
        "envelope",
        "claims",
        "file",
        "ballots",
        "rounding",
        "cap",
        "pair_bound",
        "budget",
        "utility",
        "completion",
        "options",
        "convert",
        "threshold",
    }
)
"""The fields that a refusal may stand beside; any other is about what was brought."""

FAULTS_SHOWN_MAX = 8


class ComparePages(Controller):
    """Rules side by side on what anyone types or brings: nothing is kept."""

    path = "/repartir"
    include_in_schema = False

    @get()
    async def ask(self, request: AnyRequest) -> Template:
        return form_page(request, _view(None))

    @post(status_code=200)
    async def compare(
        self, request: AnyRequest, calculator: NamedDependency[Calculator]
    ) -> Template | Response[bytes]:
        """All rules on the page; or, where a rule's `round` is asked for, its round file."""
        form = await read_form(request, FIELD_CHARACTERS_MAX)
        if form.get("drop"):
            form.typed.pop("carried", None)
            return form_page(request, _view(None), form)
        with form.shown_again(_view(None)):
            brought = await what_was_brought(request, form)
            _, ballots = await chosen_file(request, "ballots")
        with form.shown_again(_view(brought)):
            try:
                settings = read_settings(form, brought.kind)
                if rule := form.get("round"):
                    work = partial(round_file, brought, settings, rule)
                    return _download(await calculator.run(work))
                shown = await calculator.run(partial(compared, brought, settings, ballots))
            except InputError as error:
                raise _beside_fields(error, brought) from error
        return form_page(request, _view(brought, shown), form)


def _beside_fields(error: InputError, brought: Brought) -> InputError:
    """The same refusal, all that is wrong with a field beside that field."""
    found: dict[str, list[Text]] = {}
    for fault in error.errors or (FieldError(brought.place, error.text),):
        is_ours = fault.field in SETTINGS and not (fault.field == "claims" and brought.name)
        found.setdefault(fault.field if is_ours else brought.place, []).append(fault.text)
    faults = [FieldError(field, _together(texts)) for field, texts in found.items()]
    return InputError(NOT_DONE, faults)


def _together(texts: list[Text]) -> Text:
    """A few sentences one after the other, and how many more there are."""
    whole = texts[0]
    for text in texts[1:FAULTS_SHOWN_MAX]:
        whole = Text("{first} {next}", {"first": whole, "next": text})
    if left := len(texts[FAULTS_SHOWN_MAX:]):
        more = t("Et {count} autres.", count=left)
        whole = Text("{first} {next}", {"first": whole, "next": more})
    return whole


def _download(data: bytes) -> Response[bytes]:
    return Response(
        data,
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="round.json"'},
    )


def _view(brought: Brought | None, shown: Mapping[str, Any] | None = None) -> View:
    shows = {
        "brought": brought,
        "choices": choices,
        "limits": {"bytes": FILE_BYTES_MAX // 1_000_000, "lines": LINES_MAX},
        **(shown or {}),
    }
    return View("chamber/compare.html", t("Répartir"), (), shows)
