"""« Vérifier »: a file is checked here, on the reader's device, or offline in one page."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.response import Template

from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t
from commons.ledger.checkpoint import COSIGNATURE, SIGNATURE, NoteError, VerifierKey
from commons.ledger.proof_store import ProofStore
from commons.ledger.proof_verification import verify_file
from commons.ledger.succession import split_chain
from commons.ledger.verdict import Means, UnreadableError, Verdict
from commons.registry.pages import signer_of
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, Form, View, form_page, page, read_form

STATIC = Path(__file__).parent / "web" / "static"
SCRIPTS = ("transparency-log.js", "journal-entry.js", "verification.js", "verifier.js")
_FONTS = re.compile(r"@font-face \{[^}]*\}\n")
TITLE = t("Vérifier")
HOLDS: dict[str, Text] = {
    "journal": t("Oui : ce journal est entier, et rien n'y a été changé."),
    "proof": t("Oui : cette écriture est à son journal."),
    "consistency": t("Oui : le journal a grandi sans que rien ne change avant."),
    "checkpoint": t("Oui : ce point de contrôle est bien signé."),
}


class VerifyingPages(Controller):
    path = "/verifier"
    include_in_schema = False

    @get()
    async def verify(self, request: AnyRequest, db: Db, services: Lent) -> Template:
        return form_page(request, _view(await _published(db, services)))

    @post(status_code=200)
    async def check(self, request: AnyRequest, db: Db, services: Lent) -> Template:
        """Check a file that someone sends; it is read and not kept."""
        published = await _published(db, services)
        form = await read_form(request)
        with form.shown_again(_view(published)):
            sent = (await request.form()).get("file")
            data = await sent.read() if isinstance(sent, UploadFile) else b""
            verdict = _judged(data, form)
        return form_page(request, _view(published, verdict), form)

    @get("/emporter")
    async def take_away(self, request: AnyRequest, db: Db, services: Lent) -> Template:
        """The page as one file with all it needs inside: it verifies without us."""
        style, script = _inlined()
        published = await _published(db, services)
        shows = {
            "key": published.key,
            "chain": published.chain,
            "style": style,
            "script": script,
            "style_hash": _hash(style),
            "script_hash": _hash(script),
            "today": services.clock().date(),
            "form": Form(),
        }
        response = page(request, View("home/verifier_page.html", TITLE, (), shows))
        name = "verifier-un-journal.html"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


@dataclass(frozen=True, slots=True)
class _Published:
    """The key of this instance, and the successions that lead to it, as they are published."""

    key: str
    chain: str


async def _published(db: Db, services: Services) -> _Published:
    signer = signer_of(services)
    chain = await ProofStore(db, signer).chain()
    return _Published(str(signer.verifier), "".join(chain))


def _judged(data: bytes, form: Form) -> Verdict:
    """The verdict on what was sent. Raises `InputError` beside what cannot be read."""
    text = t("Cette clé ne se lit pas : copiez-la telle qu'elle est publiée.")
    key = _key(form, "key", SIGNATURE, text)
    text = t("Cette clé de témoin ne se lit pas : copiez-la telle qu'elle est publiée.")
    witness = _key(form, "witness", COSIGNATURE, text)
    kept = form.get("checkpoint").replace("\r\n", "\n")
    means = Means(
        key, _chain(form, key), f"{kept}\n" if kept else None, (witness,) if witness else ()
    )
    try:
        return verify_file(data, means)
    except UnreadableError as error:
        raise InputError(error.text, [FieldError("file", error.text)]) from error
    except NoteError as error:
        text = t("Ce point de contrôle ne se lit pas : collez-le en entier.")
        raise InputError(text, [FieldError("checkpoint", text)]) from error


def _key(form: Form, name: str, algorithm: bytes, otherwise: Text) -> VerifierKey | None:
    typed = form.get(name)
    try:
        return VerifierKey.parse(typed, algorithm) if typed else None
    except NoteError as error:
        raise InputError(otherwise, [FieldError(name, otherwise)]) from error


def _chain(form: Form, key: VerifierKey | None) -> Sequence[str]:
    """The successions that were pasted. Raises `InputError` if they are none."""
    typed = form.get("chain").replace("\r\n", "\n")
    try:
        chain = split_chain(typed) if typed else ()
        Means(key, chain).trust()
    except NoteError as error:
        text = t("Ces clés ne se lisent pas : collez-les telles qu'elles sont publiées.")
        raise InputError(text, [FieldError("chain", text)]) from error
    return chain


def _view(published: _Published, verdict: Verdict | None = None) -> View:
    shows = {
        "key": published.key,
        "chain": published.chain,
        "verdict": verdict,
        "holds": HOLDS,
    }
    return View("home/verify.html", TITLE, (), shows)


@cache
def _inlined() -> tuple[str, str]:
    """The style, without fonts from elsewhere, and the scripts, as one text each."""
    style = _FONTS.sub("", (STATIC / "commons.css").read_text("utf-8"))
    script = "".join((STATIC / name).read_text("utf-8") for name in SCRIPTS)
    return style, script


def _hash(text: str) -> str:
    """How a content security policy names an element's text."""
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"
