"""An election file counted on the money of an envelope, then booked."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect, Template

from commons.chamber.drawings import election_flow
from commons.chamber.election_file import (
    ElectionFile,
    check_bookable,
    funded_by,
    read_election_file,
)
from commons.chamber.election_round import read_election_result
from commons.chamber.model import Envelope, Funded
from commons.chamber.payouts import payout_file
from commons.chamber.rules import check_election
from commons.chamber.store import ChamberStore
from commons.identity.authentication import Me
from commons.identity.rules import Operation, require
from commons.kernel.errors import DomainError, FieldError, InputError
from commons.kernel.text import Text, t
from commons.registry.model import Commons
from commons.registry.once import entry_key
from commons.registry.pages import crumbs_of
from commons.registry.store import RegistryStore
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, Crumb, Form, View, form_page, read_form, see_other

BALLOT_RULES: dict[str, Text] = {
    "equal-shares": t("Méthode des parts égales : chaque votant dispose de la même part"),
    "greedy": t("Au nombre de voix : les plus votées d'abord, tant que l'argent suffit"),
}
UTILITY = "cost"


class ElectionPages(Controller):
    path = "/communs/{slug:str}/enveloppes/{envelope_id:uuid}/scrutin"
    include_in_schema = False

    @get()
    async def ask(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        envelope_id: FromPath[UUID],
        db: Db,
        me: Me,
    ) -> Template:
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.SETTLE, commons.commons_id)
        envelope = await ChamberStore(db).envelope(commons.commons_id, envelope_id)
        return form_page(request, _view(commons, envelope))

    @post(status_code=200)
    async def count(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        envelope_id: FromPath[UUID],
        db: Db,
        me: Me,
        services: Lent,
    ) -> Template | Redirect:
        """Count the file on the envelope's amount: to look, or to book the result."""
        commons = await RegistryStore(db).by_slug(slug)
        person = require(me, Operation.SETTLE, commons.commons_id)
        chamber = ChamberStore(db)
        envelope = await chamber.envelope(commons.commons_id, envelope_id)
        form = await read_form(request)
        now = services.clock()
        with form.shown_again(_view(commons, envelope)):
            counted = await _counted(request, envelope)
            rule, selected = _selected(counted, form)
            if form.get("step") == "book":
                await chamber.book_election(
                    envelope,
                    counted,
                    rule,
                    UTILITY,
                    selected,
                    person.person_id,
                    now,
                    entry_id=entry_key(form.get("entry_id")),
                )
                place = f"/communs/{slug}/enveloppes/{envelope_id}"
                return see_other(place, "reparti")
            stage = await chamber.stage(envelope, now.date())
            check_election(stage, await chamber.claims(envelope), counted)
        funded = [_funded(counted, place) for place in selected]
        return form_page(request, _view(commons, envelope, counted, funded), form)

    @get("/paiements.csv")
    async def payouts(
        self, slug: FromPath[str], envelope_id: FromPath[UUID], db: Db, me: Me
    ) -> Response[bytes]:
        """What the election made due to each proposal, for the bank or the accounts."""
        commons = await RegistryStore(db).by_slug(slug)
        require(me, Operation.PAY, commons.commons_id)
        chamber = ChamberStore(db)
        envelope = await chamber.envelope(commons.commons_id, envelope_id)
        settlement = await chamber.settlement(envelope)
        if settlement is None or settlement.rule not in BALLOT_RULES:
            raise InputError(t("Cette enveloppe n'a pas été répartie par un scrutin."))
        result = read_election_result(settlement.round_file)
        lines = [(item.label, Decimal(item.cents).scaleb(-2)) for item in result.funded]
        name = f"paiements-scrutin-{commons.slug}.csv"
        return Response(
            payout_file(commons.name, lines),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


async def _counted(request: AnyRequest, envelope: Envelope) -> ElectionFile:
    """The file sent, its budget being what the envelope holds."""
    sent = (await request.form()).get("file")
    data = await sent.read() if isinstance(sent, UploadFile) else b""
    name = sent.filename if isinstance(sent, UploadFile) else ""
    try:
        if not data:
            raise InputError(t("Choisissez un fichier .pb."))
        counted = read_election_file(name, data, Fraction(envelope.amount))
        check_bookable(counted)
    except DomainError as error:
        raise InputError(
            t("Ce scrutin n'a pas été compté."), [FieldError("file", error.text)]
        ) from error
    return counted


def _selected(counted: ElectionFile, form: Form) -> tuple[str, list[int]]:
    """The rule chosen, and the places it funds, in order."""
    rule = form.get("rule", "equal-shares")
    if rule not in BALLOT_RULES:
        text = t("Choisissez une règle.")
        raise InputError(text, [FieldError("rule", text)])
    return rule, funded_by(counted.election, rule, UTILITY)


def _funded(counted: ElectionFile, place: int) -> Funded:
    proposal = counted.election.proposals[place]
    return Funded(proposal.proposal_id, proposal.name, int(proposal.cost * 100))


def _view(
    commons: Commons,
    envelope: Envelope,
    counted: ElectionFile | None = None,
    funded: list[Funded] | None = None,
) -> View:
    shows: dict[str, Any] = {
        "commons": commons,
        "envelope": envelope,
        "rules": list(BALLOT_RULES.items()),
        "counted": counted,
        "funded": funded,
    }
    if counted is not None and funded is not None:
        shows["flow"] = election_flow(envelope, funded)
    place = f"/communs/{commons.slug}/enveloppes"
    crumbs = (
        *crumbs_of(commons),
        Crumb(t("Enveloppes"), place),
        Crumb(envelope.title, f"{place}/{envelope.envelope_id}"),
    )
    return View("chamber/election.html", t("Compter un scrutin"), crumbs, shows)
