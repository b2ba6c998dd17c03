"""The page of a journal: what is asked of it, what is ticked, who may attest what."""

from collections.abc import Sequence
from datetime import date, timedelta

from commons.identity.authentication import Me
from commons.identity.rules import Operation, may
from commons.identity.store import IdentityStore
from commons.kernel.text import t
from commons.ledger.glances import Glances
from commons.ledger.model import Entry, State
from commons.ledger.rules import rules_at
from commons.ledger.ruling import RulesStore
from commons.ledger.sealing import Sealer
from commons.ledger.store import PAGE, JournalStore
from commons.registry.access import persons_in, sight_is_open
from commons.registry.asking import Asked, cursor_after, last_months
from commons.registry.confirming import may_attest
from commons.registry.model import Commons
from commons.registry.pages import YEAR_DAYS, crumbs_of, sight_of, signer_of
from commons.web.charts import activity_chart
from commons.web.context import Services
from commons.web.handlers import Db
from commons.web.pages import View


async def journal_view(
    commons: Commons, asked: Asked, db: Db, me: Me, services: Services
) -> View:
    """A page of the journal as `me` may read it; without a filter, the year's activity."""
    commons_id, today = commons.commons_id, services.clock().date()
    is_open = sight_is_open(commons, me)
    store, people = JournalStore(db), IdentityStore(db, services.keyring.email)
    entries = await store.page(commons_id, asked.filter(is_open=is_open), asked.before)
    targets = await store.entries_by_id(commons_id, [e.about for e in entries if e.about])
    members = await people.members(commons_id) if is_open else []
    shown = persons_in([*entries, *targets.values()])
    months = await store.months(commons_id, today - timedelta(days=YEAR_DAYS))
    shows = {
        "commons": commons,
        "entries": entries,
        "targets": targets,
        "moved": await Glances(db, commons_id).moved([entry.entry_id for entry in entries]),
        "sight": await sight_of(db, services, commons, me, shown),
        "asked": asked,
        "people": [(str(member.person_id), member.name) for member in members],
        "months": _months(asked, today),
        "activity": None if asked.restricts else activity_chart(months, today),
        "count": await store.count(commons_id),
        "older": cursor_after(entries[-1]) if len(entries) == PAGE else "",
        "sealed": await Sealer(db, signer_of(services)).latest(commons_id),
        "tickable": await _tickable(commons, entries, db, me),
        "may_log": may(me, Operation.LOG, commons_id),
        "may_import": may(me, Operation.LOG_FOR_OTHERS, commons_id),
    }
    return View("registry/journal.html", t("Journal"), crumbs_of(commons), shows)


async def _tickable(commons: Commons, entries: Sequence[Entry], db: Db, me: Me) -> set[object]:
    """The identifiers of what waits, on this page, for an attestation that `me` may give."""
    waiting = [entry for entry in entries if entry.state is State.AWAITING]
    if me is None or not waiting:
        return set()
    known = await RulesStore(db).all(commons.commons_id)
    ids = [entry.entry_id for entry in waiting]
    done = await Glances(db, commons.commons_id).attested_by(me.person_id, ids)
    return {
        entry.entry_id
        for entry in waiting
        if entry.entry_id not in done
        and may_attest(me, entry, rules_at(known, entry.recorded_at))
    }


def _months(asked: Asked, today: date) -> list[date]:
    """Those one may choose, with the one that was asked for."""
    months = last_months(today)
    return months if asked.month in {None, *months} else [*months, asked.month or today]
