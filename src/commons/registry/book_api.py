"""The journal for other tools, by program and by page: CSV, JSON-LD, plain-text accounts."""

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Stream

from commons.identity.authentication import Me
from commons.kernel.identifiers import clean_text
from commons.ledger.books.forms import FORMS, BookForm
from commons.registry.store import RegistryStore
from commons.registry.taking_away import taken_away
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.openapi import read
from commons.web.pages import AnyRequest

SLUG_CHARACTERS_MAX = 300
LINKED_DATA, CSV, PLAIN = (
    FORMS[form].media_type for form in (BookForm.JSONLD, BookForm.CSV, BookForm.HLEDGER)
)


class BookApi(Controller):
    """Names and texts as the reader may see them; formats are told in `docs/exports.md`."""

    path = "/api/v1/commons/{slug:str}"
    tags = ("Ledger",)

    @get(
        "/journal.csv",
        media_type=CSV,
        summary="The journal as a table",
        responses=read(403),
    )
    async def csv(self, slug: FromPath[str], db: Db, me: Me, services: Lent) -> Stream:
        """One row per contribution and movement of money, each with its balance."""
        return await _book(slug, BookForm.CSV, db, me, services)

    @get(
        "/journal.jsonld",
        media_type=LINKED_DATA,
        summary="The journal as linked data",
        responses=read(403),
    )
    async def jsonld(self, slug: FromPath[str], db: Db, me: Me, services: Lent) -> Stream:
        """JSON-LD in the words of Valueflows 1.0.0; the context stands in the file."""
        return await _book(slug, BookForm.JSONLD, db, me, services)

    @get(
        "/journal.beancount",
        media_type=PLAIN,
        summary="The journal for Beancount",
        responses=read(403),
    )
    async def beancount(self, slug: FromPath[str], db: Db, me: Me, services: Lent) -> Stream:
        """Accounts, transactions, and balances that `bean-check` controls."""
        return await _book(slug, BookForm.BEANCOUNT, db, me, services)

    @get(
        "/journal.hledger",
        media_type=PLAIN,
        summary="The journal for hledger and Ledger",
        responses=read(403),
    )
    async def hledger(self, slug: FromPath[str], db: Db, me: Me, services: Lent) -> Stream:
        """Accounts, transactions, and balances that `hledger check` controls."""
        return await _book(slug, BookForm.HLEDGER, db, me, services)


class BookPages(Controller):
    path = "/communs/{slug:str}"
    include_in_schema = False

    @get([f"/journal.{form}" for form in BookForm])
    async def book(
        self, request: AnyRequest, slug: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Stream:
        form = BookForm(request.url.path.rpartition(".")[2])
        return await _book(slug, form, db, me, services)


async def _book(slug: str, form: BookForm, db: Db, me: Me, services: Services) -> Stream:
    commons = await RegistryStore(db).by_slug(clean_text(slug, SLUG_CHARACTERS_MAX))
    return await taken_away(db, services, commons, me, form)
