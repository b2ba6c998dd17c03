"""French first, English second: sentences, and which of the two a reader wants."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from babel.messages.pofile import read_po
from jinja2 import pass_context
from jinja2.runtime import Context

from commons.kernel.text import Text

Locale: TypeAlias = Literal["fr", "en"]
COOKIE = "langue"
_HIGH_POINT = re.compile(r" (?=[»:;!?](?:\s|$))")
CATALOGUE = Path(__file__).parent / "locale" / "en" / "LC_MESSAGES" / "commons.po"


@cache
def english() -> Mapping[str, str]:
    """The English catalogue: French sentence to English sentence."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    return {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }


def translate(text: Text | str, locale: str) -> str:
    """The sentence in the reader's language; the French where there is no English."""
    message = text.message if isinstance(text, Text) else text
    if locale == "en":
        message = english().get(message, message)
    if not isinstance(text, Text) or not text.values:
        return message
    values = {
        name: translate(value, locale) if isinstance(value, Text) else value
        for name, value in text.values.items()
    }
    return message.format_map(values)


@pass_context
def sentence(context: Context, message: Text | str, **values: Any) -> str:  # noqa: ANN401 -- a template may pass anything printable
    """`_("…{blank}…", blank=…)` in templates; sentences of the code get curved apostrophes."""
    locale = context.get("locale", "fr")
    if isinstance(message, str):
        return quoted(translate(Text(message, values), locale))
    return quoted(translate(message, locale).replace("'", "’"))


def quoted(text: str) -> str:
    """« Its quotation marks stay with the words they hold » ; so do colons with theirs."""
    return _HIGH_POINT.sub("\u00a0", text.replace("« ", "«\u00a0"))


def choose_locale(asked: str | None, kept: str | None, accepted: str) -> Locale:
    """What was asked for, else what was kept, else the first language that is ours."""
    for wish in (asked, kept):
        if wish in ("fr", "en"):
            return "en" if wish == "en" else "fr"
    for part in accepted.split(","):
        language = part.split(";")[0].strip().lower()[:2]
        if language in ("fr", "en"):
            return "en" if language == "en" else "fr"
    return "fr"
