"""The JSON API of a journal's accounts: now, on a day, as known at a checkpoint."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath, QueryParameter
from pydantic import BaseModel

from commons.chamber.balances import Moment, Row, held_at, holders_of, names_of, rows_of
from commons.identity.authentication import Me
from commons.kernel.errors import FieldError, InputError
from commons.kernel.quantity import EURO, plain
from commons.kernel.text import t
from commons.ledger.proof_store import ProofStore
from commons.registry.access import Sight, sight_is_open
from commons.registry.pages import sight_of, signer_of
from commons.registry.store import RegistryStore
from commons.web.handlers import Db, Lent
from commons.web.i18n import translate
from commons.web.openapi import read
from commons.web.pages import AnyRequest, locale_of

On = Annotated[
    date | None, QueryParameter(description="What had happened by the end of that day.")
]
Size = Annotated[
    int | None,
    QueryParameter(ge=1, le=10**17, description="What a checkpoint of that size knew."),
]


class BalanceOut(BaseModel):
    """What one account holds. `label` is what the pages call it, in the reader's language.

    `ref` is the envelope, proposal, organisation or person, if the reader may know.
    """

    account: str
    ref: UUID | None
    label: str
    amount: str

    @classmethod
    def of(cls, row: Row, sight: Sight, locale: str) -> "BalanceOut":
        return cls(
            account=row.account.kind,
            ref=sight.reference(row.account),
            label=translate(row.label, locale),
            amount=plain(row.amount),
        )


class BalancesOut(BaseModel):
    """Balances in euros, zeros left out; they sum to zero, for what is received counts less.

    `on` and `size` are those asked for; `latest_size` is that of the latest checkpoint.
    """

    on: date | None
    size: int | None
    latest_size: int
    unit: str
    balances: list[BalanceOut]
    sum: str

    @classmethod
    def of(
        cls, moment: Moment, latest: int, rows: Sequence[Row], sight: Sight, locale: str
    ) -> "BalancesOut":
        return cls(
            on=moment.on,
            size=moment.size,
            latest_size=latest,
            unit=EURO.code,
            balances=[BalanceOut.of(row, sight, locale) for row in rows],
            sum=plain(sum((row.amount for row in rows), Decimal(0))),
        )


class BalanceApi(Controller):
    path = "/api/v1/commons/{slug:str}/balances"
    tags = ("Ledger",)

    @get(summary="Read what each account holds", responses=read(403))
    async def balances(
        self,
        request: AnyRequest,
        slug: FromPath[str],
        db: Db,
        me: Me,
        services: Lent,
        on: On = None,
        size: Size = None,
    ) -> BalancesOut:
        """Now, or by what had happened `on` a day, as known now or at a checkpoint's `size`."""
        commons = await RegistryStore(db).by_slug(slug)
        sight_is_open(commons, me)
        latest = await ProofStore(db, signer_of(services)).latest_size(commons.commons_id)
        if size is not None and size > latest:
            text = t(
                "Écrivez un nombre de 1 à {latest}, la taille d'aujourd'hui.", latest=latest
            )
            raise InputError(text, [FieldError("size", text)])
        moment = Moment(on, size)
        held = await held_at(commons, moment, db)
        sight = await sight_of(db, services, commons, me, holders_of(held))
        rows = rows_of(held, sight, await names_of(commons, db))
        return BalancesOut.of(moment, latest, rows, sight, locale_of(request))
