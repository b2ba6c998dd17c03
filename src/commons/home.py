"""The pages of the instance itself: home, glossary, what the register proves."""

from typing import Any

from litestar import Controller, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from commons.chamber.model import Stage
from commons.chamber.store import ChamberStore
from commons.identity.authentication import Me
from commons.identity.rules import Operation, may
from commons.kernel.text import t
from commons.ledger.head_log import HeadStore
from commons.ledger.sealing import Sealer
from commons.registry.model import Readers
from commons.registry.pages import signer_of
from commons.registry.store import RegistryStore
from commons.registry.territory import described
from commons.web.handlers import Db, Lent
from commons.web.pages import AnyRequest, View, page
from commons.web.problems import TITLES

SHOWN = 12
DONE_WITH = (Stage.SETTLED, Stage.WITHDRAWN)


class HomePages(Controller):
    include_in_schema = False

    @get("/")
    async def home(self, request: AnyRequest, db: Db, me: Me, services: Lent) -> Template:
        registry = RegistryStore(db)
        found = await registry.search(limit=SHOWN)
        envelopes = await ChamberStore(db).envelopes()
        wanted = {item.commons_id for item, _ in envelopes}
        wanted |= {grant.scope_id for grant in me.grants} if me else set()
        by_id = {commons.commons_id: commons for commons in await registry.several(wanted)}
        today = services.clock().date()
        sealer = Sealer(db, signer_of(services))
        latest = [await sealer.latest(commons.commons_id) for commons in found]
        sealed = [item for item in latest if item is not None]
        shows: dict[str, Any] = {
            "found": found,
            "mine": [
                commons
                for commons in by_id.values()
                if may(me, Operation.LOG, commons.commons_id)
            ],
            "described": described,
            "envelopes": [
                (by_id[item.commons_id], item, item.stage(today, is_settled=settled))
                for item, settled in envelopes
                if item.commons_id in by_id
                and by_id[item.commons_id].facts.readers is not Readers.MEMBERS
                and item.stage(today, is_settled=settled) not in DONE_WITH
            ],
            "sealed": max(sealed, key=lambda item: item.signed_at, default=None),
            "key": str(signer_of(services).verifier),
            "today": today,
        }
        return page(request, View("home/home.html", t("Accueil"), (), shows))

    @get("/glossaire")
    async def glossary(self, request: AnyRequest) -> Template:
        view = View("home/glossary.html", t("Les mots du service"), ())
        return page(request, view)

    @get("/ce-que-prouve-le-registre")
    async def proof(self, request: AnyRequest, db: Db, services: Lent) -> Template:
        signer = signer_of(services)
        head = await HeadStore(db, signer).latest()
        shows = {"key": str(signer.verifier), "has_heads": head is not None}
        return page(request, View("home/proof.html", t("Ce que prouve ce registre"), (), shows))

    @get("/problemes/{code:str}")
    async def problem(self, request: AnyRequest, code: FromPath[str]) -> Template:
        if code not in TITLES:
            raise NotFoundException
        return page(request, View("home/problem_page.html", TITLES[code], (), {"code": code}))

    @get("/sante")
    async def health(self, db: Db) -> Response[str]:
        """Answers when the database does."""
        await RegistryStore(db).search(limit=1)
        return Response("ok", media_type="text/plain")
