"""What every page has: the reader's language, who they are, where they stand."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import Request
from litestar.exceptions import ClientException
from litestar.response import Redirect, Template

from commons.kernel.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    RuleBrokenError,
    UnauthenticatedError,
)
from commons.kernel.text import Text, t
from commons.web.i18n import COOKIE, Locale, choose_locale

AnyRequest: TypeAlias = Request[Any, Any, Any]
FIELD_CHARACTERS_MAX = 60_000
AGAINST_A_RULE = (RuleBrokenError, ConflictError)


@dataclass(frozen=True, slots=True)
class Crumb:
    label: Text | str
    href: str


@dataclass(frozen=True, slots=True)
class View:
    """A page: its template, its title, the way to it, and what it shows."""

    template: str
    title: Text | str
    crumbs: tuple[Crumb, ...] = ()
    shows: Mapping[str, Any] = field(default_factory=dict)


def locale_of(request: AnyRequest) -> Locale:
    return choose_locale(
        request.query_params.get("lang"),
        request.cookies.get(COOKIE),
        request.headers.get("accept-language", ""),
    )


def page(request: AnyRequest, view: View, *, status: int = 200) -> Template:
    """The response for `view`. `done` in the address names what has just been done."""
    locale = locale_of(request)
    context = {
        **view.shows,
        "view": view,
        "locale": locale,
        "me": request.scope["state"].get("visitor"),
        "path": request.url.path,
        "other_language": _in_other_language(request, locale),
        "done": DONE.get(request.query_params.get("fait", "")),
    }
    response = Template(template_name=view.template, context=context, status_code=status)
    if request.query_params.get("lang") in ("fr", "en"):
        response.set_cookie(COOKIE, locale, max_age=31_536_000, samesite="lax", httponly=True)
    return response


def _in_other_language(request: AnyRequest, locale: Locale) -> str:
    other = "en" if locale == "fr" else "fr"
    place, query = request.url.path, request.url.query
    if request.method != "GET":
        came = urlsplit(_our_referer(request))
        place, query = came.path or "/", came.query
    kept = [(k, v) for k, v in parse_qsl(query) if k not in ("lang", "fait")]
    return f"{place}?{urlencode([*kept, ('lang', other)])}"


def came_from(request: AnyRequest) -> str:
    """The path of our own page that the reader comes from, or nothing."""
    return urlsplit(_our_referer(request)).path


def _our_referer(request: AnyRequest) -> str:
    came = request.headers.get("referer", "")
    return came if urlsplit(came).netloc == request.headers.get("host") else ""


def see_other(address: str, done: str = "") -> Redirect:
    """After a form was taken: look here. `done` is a key of `DONE`."""
    place, _, query = address.partition("?")
    asked = "&".join(part for part in (query, f"fait={done}" if done else "") if part)
    return Redirect(f"{place}?{asked}" if asked else place, status_code=303)


DONE: dict[str, Text] = {
    "inscrit": t("Le commun est inscrit. Invitez maintenant ses membres."),
    "modifie": t("Les changements sont enregistrés."),
    "consigne": t("C'est consigné. Une erreur se corrige par une contre-écriture."),
    "deja": t("C'était déjà consigné : rien n'a été ajouté."),
    "atteste": t("Contribution attestée."),
    "attestees": t("Ces contributions sont attestées."),
    "retire": t("Le rôle est retiré. Ce que cette personne a donné reste au journal."),
    "annulee": t("L'invitation est annulée."),
    "annule": t("La contre-écriture est consignée : l'écriture ne compte plus."),
    "invite": t("L'invitation est partie par message."),
    "bienvenue": t("Bienvenue, vous en faites maintenant partie."),
    "refuse": t("L'invitation est déclinée."),
    "enveloppe": t("L'enveloppe est ouverte. Les membres peuvent faire leur demande."),
    "demande": t("Votre demande est consignée. Vous pouvez la changer jusqu'à la clôture."),
    "propose": t("La règle est proposée. Une autre personne garante peut l'adopter."),
    "reparti": t("L'enveloppe est répartie : chaque somme est due et consignée."),
    "paye": t("Le paiement est consigné."),
    "charte": t("La charte est rédigée ; son empreinte est au journal."),
    "dossier": t("Le dossier est enregistré."),
    "nom": t("Votre nom est enregistré."),
    "conteste": t("La contestation est consignée : une réponse est attendue."),
    "repondu": t("La réponse est consignée."),
    "efface": t("Vos données sont effacées. Merci pour ce que vous avez donné."),
    "regles": t("Les règles sont adoptées : elles valent à partir de maintenant."),
    "unite": t("L'unité est déclarée."),
    "recu": t("L'argent reçu est consigné."),
    "organisation": t("L'organisation est inscrite."),
}


USED_FORM = t(
    "Ce formulaire a déjà servi à consigner autre chose : regardez le journal. Pour consigner "
    "aussi ce qui suit, envoyez-le de nouveau."
)


class RefusedForm(Exception):  # noqa: N818 -- it is a form, and it was refused
    """A form whose page is shown again with what was typed, after the rollback."""

    def __init__(self, view: View, form: "Form") -> None:
        super().__init__(str(view.title))
        self.view = view
        self.form = form


@dataclass(slots=True)
class Form:
    """What a person typed, and what is wrong with it. Nothing typed is ever lost."""

    typed: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, Text] = field(default_factory=dict)
    summary: Text | None = None
    status: int = 200

    def get(self, name: str, default: str = "") -> str:
        return (self.typed.get(name) or [default])[0].strip()

    def all(self, name: str) -> list[str]:
        return [value.strip() for value in self.typed.get(name, [])]

    @contextmanager
    def shown_again(
        self, view: View, places: Mapping[str, str] | None = None
    ) -> Iterator[None]:
        """Turn a refusal inside the block into the page of the form, errors beside fields.

        `places` says which field of the form a refusal belongs to, where names differ.
        """
        try:
            yield
        except (ForbiddenError, UnauthenticatedError):
            raise
        except DomainError as error:
            self.summary = error.text
            self.status = 409 if isinstance(error, AGAINST_A_RULE) else 422
            if isinstance(error, ConflictError) and "entry_id" in self.typed:
                del self.typed["entry_id"]
                self.summary = USED_FORM
            self.errors = {}
            for item in error.errors:
                name = (places or {}).get(item.field, item.field)
                self.errors.setdefault(name, item.text)
            raise RefusedForm(view, self) from error


UNSPEAKABLE = re.compile("[\0\ud800-\udfff]")


async def read_form(request: AnyRequest, longest: int = FIELD_CHARACTERS_MAX) -> Form:
    """The fields of a posted form. Raises `ClientException` for NUL or endless text.

    `longest` is how many characters one field may hold.
    """
    typed: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            if UNSPEAKABLE.search(name + value) or len(value) > longest:
                raise ClientException("a field holds NUL, half a character, or is too long")
            typed.setdefault(name, []).append(value)
    return Form(typed)


def form_page(request: AnyRequest, view: View, form: Form | None = None) -> Template:
    """A page with a form, empty or as it was typed (then with the status of its refusal)."""
    shown = View(view.template, view.title, view.crumbs, {**view.shows, "form": form or Form()})
    return page(request, shown, status=form.status if form else 200)
