"""Every refusal as a problem document (RFC 9457), or as a page for people."""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Template

from commons.kernel.errors import (
    ConflictError,
    DomainError,
    FieldError,
    ForbiddenError,
    InputError,
    NotFoundError,
    RuleBrokenError,
    UnauthenticatedError,
)
from commons.kernel.text import Text, t
from commons.web.field_faults import OTHERWISE, field_faults
from commons.web.i18n import Locale, translate
from commons.web.openapi import PROBLEM
from commons.web.pages import (
    AnyRequest,
    RefusedForm,
    View,
    came_from,
    form_page,
    locale_of,
    page,
)

LOG = logging.getLogger("commons")
STATUS: dict[type[DomainError], int] = {
    InputError: 422,
    NotFoundError: 404,
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    ConflictError: 409,
    RuleBrokenError: 409,
}
TITLES: dict[str, Text] = {
    "invalid-input": t("Quelque chose n'est pas lisible"),
    "not-found": t("Il n'y a rien ici"),
    "sign-in-needed": t("Il faut être connecté·e"),
    "forbidden": t("Cela ne vous est pas permis"),
    "conflict": t("C'est déjà pris"),
    "rule-broken": t("Une règle s'y oppose"),
    "unreadable": t("La demande ne se lit pas"),
    "too-large": t("C'est trop volumineux"),
    "not-allowed": t("Cette adresse ne fait pas cela"),
    "too-many": t("Trop de demandes à la fois"),
    "broken": t("Le service a échoué"),
}
BY_STATUS: dict[int, tuple[str, Text]] = {
    400: (
        "unreadable",
        t("Ce qui a été envoyé ne se lit pas. Vérifiez le format, puis renvoyez."),
    ),
    401: ("sign-in-needed", t("Connectez-vous, puis recommencez.")),
    403: ("forbidden", t("La page a expiré ou l'envoi vient d'ailleurs : rechargez-la.")),
    404: (
        "not-found",
        t("Cette adresse ne mène nulle part. Vérifiez-la, ou partez de l'accueil."),
    ),
    405: ("not-allowed", t("On ne peut pas faire cela à cette adresse.")),
    413: ("too-large", t("Ce qui a été envoyé est trop gros : 10 Mo au plus.")),
    415: ("unreadable", t("Ce format n'est pas attendu ici : envoyez du JSON.")),
    422: ("invalid-input", t("Un ou plusieurs champs ne se lisent pas.")),
    429: ("too-many", t("Attendez quelques minutes, puis recommencez.")),
    500: ("broken", t("Rien n'a été enregistré. L'erreur est notée ; réessayez plus tard.")),
}


def _answer(
    request: AnyRequest,
    status: int,
    code: str,
    detail: Text,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[Any] | Template:
    locale = locale_of(request)
    title = translate(TITLES[code], locale)
    if request.url.path.startswith("/api/"):
        body: dict[str, object] = {
            "type": f"/problemes/{code}",
            "title": title,
            "status": status,
            "detail": translate(detail, locale),
        }
        if errors:
            body["errors"] = errors
        return Response(
            json.dumps(body, ensure_ascii=False).encode(errors="replace"),
            status_code=status,
            media_type=PROBLEM,
            headers={"WWW-Authenticate": "Bearer"} if status == 401 else dict(headers or {}),
        )
    view = View(
        "problem.html",
        TITLES[code],
        (),
        {"detail": detail, "code": code, "back": _back(request)},
    )
    return page(request, view, status=status)


def _back(request: AnyRequest) -> str:
    """The page the reader comes from, unless it is the one that is refused."""
    came = came_from(request)
    return came if came != request.url.path else ""


def refused(request: AnyRequest, error: DomainError) -> Response[Any] | Template:
    """A refusal named in the domain."""
    errors = _listed(error.errors, locale_of(request))
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 409)
    code = error.code if error.code in TITLES else RuleBrokenError.code
    return _answer(request, status, code, error.text, errors)


def _listed(faults: Sequence[FieldError], locale: Locale) -> list[dict[str, str]]:
    return [{"field": item.field, "detail": translate(item.text, locale)} for item in faults]


def refused_form(request: AnyRequest, error: RefusedForm) -> Template:
    return form_page(request, error.view, error.form)


def http_error(request: AnyRequest, error: HTTPException) -> Response[Any] | Template:
    """A refusal by the framework: address, method, size, format."""
    status = error.status_code
    errors = None
    if isinstance(error, ValidationException):
        errors = _listed(_faults(request, error), locale_of(request))
        status = 422 if errors else 400
    code, detail = BY_STATUS.get(status, BY_STATUS[400 if status < 500 else 500])
    return _answer(request, status, code, detail, errors, error.headers)


def _faults(request: AnyRequest, error: ValidationException) -> list[FieldError]:
    """Which fields; the words are ours, for the framework's are in English only."""
    found = getattr(error.__cause__, "errors", None)
    if isinstance(found, list):
        return field_faults(found)
    extra = error.extra if isinstance(error.extra, list) else []
    keys = [str(item.get("key", "")) for item in extra if isinstance(item, dict)]
    return [FieldError(_sent_as(request, key)[:200], OTHERWISE) for key in keys]


def _sent_as(request: AnyRequest, key: str) -> str:
    """What the parameter that the handler knows by `key` is called in an address."""
    parameter = request.route_handler.parsed_fn_signature.parameters.get(key)
    named = getattr(parameter.kwarg_definition, "name", None) if parameter else None
    return named if isinstance(named, str) else key


def unreadable(request: AnyRequest, _: Exception) -> Response[Any] | Template:
    """Bytes that are no text, JSON nested without end, and the like."""
    return _answer(request, HTTPStatus.BAD_REQUEST, *BY_STATUS[400])


def broken(request: Request[Any, Any, Any], error: Exception) -> Response[Any] | Template:
    """What nobody foresaw: noted for the operator, said without details to the reader."""
    LOG.error("unexpected error on %s", request.url.path, exc_info=error)
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, *BY_STATUS[500])


def unknown_encoding(
    request: Request[Any, Any, Any], error: LookupError
) -> Response[Any] | Template:
    """A part of a form may name a character set that is none; a missing key is our fault."""
    return (unreadable if type(error) is LookupError else broken)(request, error)


EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = {
    DomainError: refused,
    RefusedForm: refused_form,
    HTTPException: http_error,
    UnicodeDecodeError: unreadable,
    RecursionError: unreadable,
    LookupError: unknown_encoding,
    Exception: broken,
}
