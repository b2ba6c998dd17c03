"""What a page offers to attest is what the ledger accepts (LED-15, LED-31)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from commons.identity.model import Grant, Person, Role, Scope
from commons.ledger.model import Draft, Entry, Kind, Rules, State, Target
from commons.ledger.rules import refusal_about
from commons.registry.confirming import may_attest, standing_of

GARDEN, ENTRY, ME, OTHER, WORKSHOP = (UUID(int=number) for number in range(1, 6))
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROLES = st.sampled_from([Role.CONTRIBUTOR, Role.STEWARD, Role.TREASURER])


@given(
    held=st.frozensets(ROLES, min_size=1),
    signs=st.booleans(),
    who=st.sampled_from([ME, OTHER]),
    organisation=st.sampled_from([None, WORKSHOP, OTHER]),
    attesters=st.frozensets(ROLES.map(str)),
)
def test_what_is_offered_is_accepted_and_nothing_else(
    held: frozenset[Role],
    who: UUID,
    organisation: UUID | None,
    attesters: frozenset[str],
    *,
    signs: bool,
) -> None:
    grants = {Grant(Scope.COMMONS, GARDEN, role) for role in held}
    if signs:
        grants.add(Grant(Scope.ORGANISATION, WORKSHOP, Role.SIGNATORY))
    me, rules = Person(ME, "Nour", None, frozenset(grants)), Rules(attesters=attesters)
    day = date(2026, 11, 20)
    details = {"organisation": str(organisation)} if organisation else {}
    entry = Entry(
        commons_id=GARDEN,
        entry_id=ENTRY,
        kind=Kind.CONTRIBUTION,
        recorded_at=NOW,
        occurred_from=day,
        occurred_to=day,
        quantity=Decimal(60),
        unit="minute",
        about=None,
        details=details,
        personal={"contributor": str(who)},
        leaf=b"",
        state=State.AWAITING,
    )
    draft = Draft(
        entry_id=UUID(int=9),
        kind=Kind.ATTESTATION,
        occurred_from=day,
        occurred_to=day,
        about=ENTRY,
        personal={"attester": str(ME)},
    )
    target = Target(
        kind=Kind.CONTRIBUTION,
        recorded_at=NOW,
        subject=str(who),
        organisation=organisation,
    )
    refused = refusal_about(draft, target, rules, standing_of(me, GARDEN), NOW)
    assert may_attest(me, entry, rules) == (refused is None)
