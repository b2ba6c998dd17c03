"""The page that brings a software in from its `publiccode.yml`."""

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.response import Template

from commons.identity.authentication import Me
from commons.identity.rules import require_registrant
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import t
from commons.registry.pages import LIST
from commons.registry.publiccode import PublicCode, read_publiccode
from commons.strict_yaml import SIZE_MAX_BYTES
from commons.web.pages import AnyRequest, Crumb, Form, View, form_page, page, read_form

ASK = View("registry/publiccode.html", t("Inscrire un logiciel depuis publiccode.yml"), (LIST,))


class PublicCodePages(Controller):
    path = "/communs/importer"
    include_in_schema = False

    @get()
    async def ask(self, request: AnyRequest, me: Me) -> Template:
        require_registrant(me)
        return form_page(request, ASK)

    @post(status_code=200)
    async def read(self, request: AnyRequest, me: Me) -> Template:
        """Show the faults, the corrected file, and the form of a commons filled from it."""
        require_registrant(me)
        form = await read_form(request)
        with form.shown_again(ASK):
            try:
                found = read_publiccode(await _sent(request, form))
            except InputError as error:
                raise InputError(
                    t("Ce fichier ne se lit pas."), [FieldError("text", error.text)]
                ) from error
        return page(request, _found_view(found))


async def _sent(request: AnyRequest, form: Form) -> bytes:
    """The file that was chosen, else the text that was pasted."""
    sent = (await request.form()).get("file")
    data = await sent.read(SIZE_MAX_BYTES + 1) if isinstance(sent, UploadFile) else b""
    data = data or form.get("text").encode()
    if not data:
        raise InputError(t("Choisissez un fichier, ou collez son texte."))
    return data


def _found_view(found: PublicCode) -> View:
    typed = {name: [value] for name, value in found.typed.items()}
    shows = {
        "found": found,
        "form": Form(typed),
        "commons": None,
        "action": "/communs/nouveau",
        "carriers": [],
    }
    title = t("Ce que dit ce publiccode.yml")
    crumbs = (LIST, Crumb(t("Importer"), "/communs/importer"))
    return View("registry/publiccode_found.html", title, crumbs, shows)
