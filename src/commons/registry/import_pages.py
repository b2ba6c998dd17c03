"""The page that brings in contributions kept elsewhere: a spreadsheet, a git history."""

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Template

from commons.identity.authentication import Me
from commons.identity.rules import Operation, require
from commons.identity.store import IdentityStore
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t
from commons.ledger.git_import import COMMAND
from commons.registry.importing import Importer, Report
from commons.registry.model import Commons
from commons.registry.pages import crumbs_of
from commons.registry.store import RegistryStore
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, View, form_page, page, read_form

SHOWN_MAX = 500


class ImportPages(Controller):
    path = "/communs/{slug:str}/importer"
    include_in_schema = False

    @get()
    async def choose_file(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.LOG_FOR_OTHERS, commons.commons_id)
        return form_page(request, _import_view(commons))

    @post(status_code=200)
    async def import_table(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.LOG_FOR_OTHERS, commons.commons_id)
        form = await read_form(request)
        people = IdentityStore(db, services.keyring.email)
        importer = Importer(db, people, commons.commons_id, services.clock())
        with form.shown_again(_import_view(commons)):
            report = await importer.spreadsheet(
                await _sent(request, "file", t("Choisissez un fichier CSV.")),
                person.person_id,
                all_or_nothing=bool(form.get("whole")),
                make_people=bool(form.get("people")),
            )
        return page(request, _report_view(commons, report))

    @post("/historique", status_code=200)
    async def import_history(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Template:
        """A repository is never read here, only the text its owner drew from it."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.LOG_FOR_OTHERS, commons.commons_id)
        form = await read_form(request)
        people = IdentityStore(db, services.keyring.email)
        importer = Importer(db, people, commons.commons_id, services.clock())
        with form.shown_again(_import_view(commons)):
            missing = t("Choisissez le fichier que la commande a écrit : historique.txt.")
            data = await _sent(request, "history", missing)
            report = await importer.log(
                data,
                person.person_id,
                all_or_nothing=bool(form.get("history-whole")),
                make_people=bool(form.get("authors")),
            )
        return page(request, _report_view(commons, report))


async def _sent(request: AnyRequest, name: str, missing: Text) -> bytes:
    """The file that was chosen. Raises `InputError` beside its field if there is none."""
    sent = (await request.form()).get(name)
    data = await sent.read() if isinstance(sent, UploadFile) else b""
    if not data:
        raise InputError(missing, [FieldError(name, missing)])
    return data


def _import_view(commons: Commons) -> View:
    shows = {"commons": commons, "command": COMMAND}
    title = t("Importer des contributions")
    return View("registry/import.html", title, crumbs_of(commons), shows)


def _report_view(commons: Commons, report: Report) -> View:
    """The verdicts; of a long file those that were refused come first, and the rest is cut."""
    verdicts = list(report.verdicts)
    if len(verdicts) > SHOWN_MAX:
        verdicts.sort(key=lambda verdict: verdict.outcome != "refused")
    shows = {"commons": commons, "report": report, "verdicts": verdicts[:SHOWN_MAX]}
    title = t("Résultat de l'import")
    return View("registry/imported.html", title, crumbs_of(commons), shows)
