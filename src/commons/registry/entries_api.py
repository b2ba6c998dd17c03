"""The JSON API that reads a journal: its entries page by page, and each with its story."""

from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get
from litestar.datastructures import ResponseHeader
from litestar.params import FromPath, QueryParameter

from commons.identity.authentication import Me
from commons.kernel.errors import FieldError, ForbiddenError, InputError
from commons.kernel.text import Text, t
from commons.ledger.filters import Filter
from commons.ledger.model import Kind, State
from commons.ledger.store import PAGE, JournalStore
from commons.registry.access import persons_in, sight_is_open
from commons.registry.asking import cursor_after, read_cursor
from commons.registry.entry_schemas import EntryDetail, EntryOut
from commons.registry.pages import sight_of
from commons.registry.store import RegistryStore
from commons.web.handlers import Db, Lent
from commons.web.openapi import read
from commons.web.pages import AnyRequest, locale_of

AT_ONCE_MAX = 500
Kinds = Annotated[
    list[Kind] | None,
    QueryParameter(name="kind", max_items=len(Kind), description="One or several kinds."),
]
Standing = Annotated[
    State | None, QueryParameter(name="state", description="Where an entry stands now.")
]
Contributor = Annotated[
    UUID | None,
    QueryParameter(
        description="Who contributed. Refused (403) to a reader of pseudonyms: nobody is "
        "looked for there."
    ),
]
UnitCode = Annotated[
    str, QueryParameter(max_length=32, description="A unit of this commons, like `minute`.")
]
Since = Annotated[
    date | None, QueryParameter(description="What lasted until that day or later.")
]
Until = Annotated[date | None, QueryParameter(description="What had begun by that day.")]
Before = Annotated[
    str,
    QueryParameter(
        max_length=100, description="Where an earlier answer ended: follow its `Link`."
    ),
]
Limit = Annotated[
    int, QueryParameter(ge=1, le=AT_ONCE_MAX, description="How many entries at most.")
]
NEXT = ResponseHeader(
    name="Link",
    description='`<…>; rel="next"` (RFC 8288): the older entries, if there are any.',
    documentation_only=True,
)


class EntriesApi(Controller):
    path = "/api/v1/commons/{slug:str}/entries"
    tags = ("Ledger",)

    @get(summary="Read the journal", responses=read(403), response_headers=[NEXT])
    async def entries(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        db: Db,
        me: Me,
        services: Lent,
        kinds: Kinds = None,
        standing: Standing = None,
        contributor: Contributor = None,
        unit: UnitCode = "",
        since: Since = None,
        until: Until = None,
        before: Before = "",
        limit: Limit = PAGE,
    ) -> Response[list[EntryOut]]:
        """Entries as the reader may see them, the latest recorded first, a hundred at a time.

        Entries that are written meanwhile move nothing on the pages that follow.
        """
        commons = await RegistryStore(db).by_slug(slug)
        is_open = sight_is_open(commons, me)
        if contributor is not None and not is_open:
            raise ForbiddenError(
                t("Ce journal vous est montré sans les noms : on n'y cherche personne.")
            )
        if since is not None and until is not None and until < since:
            raise _wrong("until", t("La période finit avant de commencer."))
        journal = JournalStore(db)
        if unit and unit not in await journal.units(commons.commons_id):
            raise _wrong("unit", t("Ce commun n'a pas d'unité « {unit} ».", unit=unit))
        wanted = Filter(
            contributor=contributor,
            kinds=tuple(kinds or ()),
            state=standing,
            unit=unit,
            since=since,
            until=until,
        )
        found = await journal.page(commons.commons_id, wanted, _place(before), limit + 1)
        shown, headers = found[:limit], {}
        if len(found) > limit:
            kept = [item for item in request.query_params.multi_items() if item[0] != "before"]
            query = urlencode([*kept, ("before", cursor_after(shown[-1]))])
            headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
        sight = await sight_of(db, services, commons, me, persons_in(shown))
        locale = locale_of(request)
        return Response([EntryOut.of(entry, sight, locale) for entry in shown], headers=headers)

    @get("/{entry_id:uuid}", summary="Read an entry", responses=read(403))
    async def entry(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        entry_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> EntryDetail:
        """An entry with its state, its place in the tree and what was written about it."""
        commons = await RegistryStore(db).by_slug(slug)
        sight_is_open(commons, me)
        journal = JournalStore(db)
        entry = await journal.entry(commons.commons_id, entry_id)
        story = await journal.story(commons.commons_id, entry_id)
        postings = await journal.postings_of(commons.commons_id, entry_id)
        contests = await journal.open_contests(commons.commons_id, entry_id)
        persons = persons_in([entry, *story])
        persons |= {item.account.ref for item in postings if item.account.ref}
        sight = await sight_of(db, services, commons, me, persons)
        return EntryDetail.of(entry, story, contests, postings, sight, locale_of(request))


def _place(before: str) -> tuple[datetime, UUID] | None:
    try:
        return read_cursor(before) if before else None
    except ValueError as error:
        text = t("Ce n'est pas la fin d'une page : suivez l'en-tête « Link » de la réponse.")
        raise _wrong("before", text) from error


def _wrong(field: str, text: Text) -> InputError:
    return InputError(text, [FieldError(field, text)])
