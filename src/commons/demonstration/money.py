"""The money of the demonstration: an over-claimed envelope, an open one, an election."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from commons.allocation.claims import RULES
from commons.allocation.equal_shares import equal_shares
from commons.chamber.booking import derived
from commons.chamber.election_file import EURO, ElectionFile
from commons.chamber.model import ClaimOn, Envelope, EnvelopeDraft, Settlement
from commons.chamber.store import ChamberStore
from commons.demonstration.script import ClaimPart, Script, script
from commons.kernel.text import Text, t
from commons.registry.model import Commons, Organisation
from commons.web.formatting import euros

RULE, UTILITY = "equal-shares", "cost"


@dataclass(frozen=True, slots=True)
class MoneyTold:
    """What was divided. Without a settlement, the election was counted and not booked."""

    envelope: Envelope
    claims: Sequence[ClaimOn]
    settlement: Settlement
    election: ElectionFile
    selected: tuple[int, ...]
    election_settlement: Settlement | None


class Money:
    """Envelopes within the story's transaction. `ids` names the people."""

    def __init__(
        self, db: AsyncConnection, now: datetime, ids: dict[str, UUID], lines: list[Text]
    ) -> None:
        self.chamber = ChamberStore(db)
        self.now = now
        self.ids = ids
        self.lines = lines
        self.script: Script = script()
        self.treasurer = ids["Lucie Nguyen"]

    async def tell(
        self, garden: Commons, chamber: Commons, town: Organisation, counted: ElectionFile
    ) -> MoneyTold:
        envelope, settlement = await self._over_claimed(garden, town)
        await self._open(garden)
        selected = tuple(item.place for item in equal_shares(counted.election, UTILITY))
        booked = await self._election(chamber, town, counted, selected)
        claims = await self.chamber.claims(envelope)
        return MoneyTold(envelope, claims, settlement, counted, selected, booked)

    async def _envelope(self, commons: Commons, draft: EnvelopeDraft) -> tuple[Envelope, bool]:
        """The envelope of that title, and whether it has just been opened."""
        for envelope, _ in await self.chamber.envelopes(commons.commons_id):
            if envelope.title == draft.title:
                return envelope, False
        opened = await self.chamber.open(
            commons.commons_id,
            draft,
            self.treasurer,
            self.now,
            entry_id=derived(commons.commons_id, f"envelope/{draft.title}"),
        )
        return opened, True

    async def _receive(
        self, commons: Commons, town: Organisation, amount: Decimal, title: str
    ) -> None:
        await self.chamber.receive(
            commons.commons_id,
            town.organisation_id,
            amount,
            self.now.date(),
            self.treasurer,
            self.now,
            entry_id=derived(commons.commons_id, f"funding/{title}"),
        )

    async def _claim(self, envelope: Envelope, claims: Sequence[ClaimPart]) -> None:
        for place, claim in enumerate(claims):
            moment = self.now + timedelta(microseconds=place)
            person_id = self.ids[claim.name]
            await self.chamber.claim(
                envelope,
                person_id,
                claim.amount,
                claim.reason,
                moment,
                entry_id=derived(envelope.envelope_id, f"claim/{person_id}"),
            )

    async def _over_claimed(
        self, garden: Commons, town: Organisation
    ) -> tuple[Envelope, Settlement]:
        part, today = self.script.envelope, self.now.date()
        if not await self.chamber.envelopes(garden.commons_id):
            await self._receive(garden, town, self.script.funding, part.title)
        draft = EnvelopeDraft(part.title, part.terms, part.amount, today, today)
        envelope, is_new = await self._envelope(garden, draft)
        if is_new:
            await self._claim(envelope, part.claims)
            await self.chamber.propose(
                envelope, part.rule, self.ids[part.proposed_by], self.now
            )
            await self.chamber.settle(
                envelope,
                part.rule,
                self.ids[part.adopted_by],
                self.now,
                entry_id=derived(envelope.envelope_id, "award"),
            )
            payee, payer = self.ids[part.paid.payee], self.ids[part.paid.payer]
            key = derived(envelope.envelope_id, f"payment/{payee}")
            await self.chamber.pay(garden.commons_id, payee, payer, self.now, entry_id=key)
            asked = sum((claim.amount for claim in part.claims), Decimal(0))
            self.lines.append(
                t(
                    "Enveloppe « {title} » : {asked} demandés pour {amount} (demandes "
                    "synthétiques), répartis par la règle « {rule} ».",
                    title=part.title,
                    asked=euros(asked, "fr"),
                    amount=euros(part.amount, "fr"),
                    rule=RULES[part.rule].label,
                )
            )
        settlement = await self.chamber.settlement(envelope)
        if settlement is None:
            raise AssertionError("the over-claimed envelope of the demonstration is settled")
        return envelope, settlement

    async def _open(self, garden: Commons) -> None:
        part, today = self.script.open_envelope, self.now.date()
        closing = today + timedelta(days=part.days)
        draft = EnvelopeDraft(part.title, part.terms, part.amount, today, closing)
        envelope, is_new = await self._envelope(garden, draft)
        if is_new:
            await self._claim(envelope, part.claims)
            self.lines.append(t("Enveloppe ouverte : « {title} ».", title=part.title))

    async def _election(
        self,
        chamber: Commons,
        town: Organisation,
        counted: ElectionFile,
        selected: tuple[int, ...],
    ) -> Settlement | None:
        """Book the result: what is due to each winner. Journals count money in euros only."""
        budget = _cents(counted.election.budget)
        title = t(
            "{name} : {count} propositions retenues sur {all} par la méthode des parts égales.",
            name=counted.title or counted.name,
            count=len(selected),
            all=len(counted.election.proposals),
        )
        self.lines.append(title)
        if counted.currency != EURO or budget is None or not budget:
            self.lines.append(
                t(
                    "Le résultat n'est pas consigné au journal : il compte en euros et en "
                    "centimes, ce fichier en {currency}.",
                    currency=counted.currency,
                )
            )
            return None
        today = self.now.date()
        name = f"Tour : {counted.title or counted.name}"[:150]
        terms = f"Scrutin du fichier {counted.name}."[:4000]
        known = [item.title for item, _ in await self.chamber.envelopes(chamber.commons_id)]
        if name not in known:
            await self._receive(chamber, town, budget, name)
        draft = EnvelopeDraft(name, terms, budget, today, today)
        envelope, is_new = await self._envelope(chamber, draft)
        if is_new:
            await self.chamber.book_election(
                envelope,
                counted,
                RULE,
                UTILITY,
                selected,
                self.ids["Amina Belkacem"],
                self.now,
                entry_id=derived(envelope.envelope_id, "award"),
            )
        return await self.chamber.settlement(envelope)


def _cents(amount: Fraction) -> Decimal | None:
    """The amount as whole cents; nothing where it has finer parts."""
    cents = amount * 100
    return Decimal(int(cents)).scaleb(-2) if cents.denominator == 1 else None
