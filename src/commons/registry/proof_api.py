"""The API of proofs of one journal: proof files, checkpoints, consistency, tiles.

Checkpoints and proofs of consistency hold nothing but hashes and sizes: they are public for
every journal, so that anyone may keep one. Leaves and their hashes follow its readers.
"""

from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromPath

from commons.identity.authentication import Me
from commons.identity.store import IdentityStore
from commons.kernel.errors import NotFoundError
from commons.kernel.identifiers import clean_text
from commons.kernel.text import t
from commons.ledger.api import BINARY, FOREVER, TEXT, NewSize, OldSize, plain, tile_answer
from commons.ledger.appending import salts_of
from commons.ledger.export import ExportedCommons, named_in
from commons.ledger.model import SealedEntry
from commons.ledger.proof_file import spell_proof
from commons.ledger.proof_store import ProofStore
from commons.ledger.sealing import Sealer
from commons.ledger.store import JournalStore
from commons.ledger.stored_tree import StoredTree
from commons.registry.access import names_opened, sight_is_open
from commons.registry.model import Commons, Readers
from commons.registry.pages import signer_of
from commons.registry.store import RegistryStore
from commons.web.context import Services
from commons.web.handlers import Db, Lent
from commons.web.openapi import read


class ProofApi(Controller):
    path = "/api/v1/commons/{slug:str}"
    tags = ("Ledger",)

    @get(
        "/checkpoint",
        media_type=TEXT,
        summary="The journal's signed checkpoint",
        responses=read(),
    )
    async def checkpoint(self, slug: FromPath[str], db: Db, services: Lent) -> Response[str]:
        """A C2SP checkpoint, with the signatures of witnesses. Keep it: it binds us."""
        commons = await RegistryStore(db).by_slug(clean_text(slug, 300))
        store = ProofStore(db, signer_of(services))
        size = await store.latest_size(commons.commons_id)
        if not size:
            raise NotFoundError(t("Ce journal n'a encore rien de scellé."))
        return plain(await store.note(commons.commons_id, size))

    @get(
        "/consistency",
        media_type=TEXT,
        summary="Why an earlier checkpoint is the beginning of a later one",
        responses=read(),
    )
    async def consistency(
        self, slug: FromPath[str], db: Db, services: Lent, old: OldSize, new: NewSize = 0
    ) -> Response[str]:
        """`old N`, the hashes, an empty line, the checkpoint: `commons verify` reads it."""
        commons = await RegistryStore(db).by_slug(clean_text(slug, 300))
        store = ProofStore(db, signer_of(services))
        return plain(str(await store.consistency(commons.commons_id, old, new or None)))

    @get(
        "/tile/{where:path}",
        media_type=BINARY,
        summary="A tile, or a bundle of entries, of the journal",
        responses=read(403),
    )
    async def tile(
        self, slug: FromPath[str], where: FromPath[str], db: Db, me: Me, services: Lent
    ) -> Response[bytes]:
        commons = await RegistryStore(db).by_slug(clean_text(slug, 300))
        sight_is_open(commons, me)
        is_closed = commons.facts.readers is Readers.MEMBERS
        size = await ProofStore(db, signer_of(services)).latest_size(commons.commons_id)
        tree = StoredTree(db, commons.commons_id)
        return await tile_answer(tree, where, size, "private" if is_closed else FOREVER)

    @get(
        "/entries/{entry_id:uuid}/proof",
        media_type="application/json",
        summary="The proof of one entry",
        responses=read(403, 409),
    )
    async def proof(
        self, slug: FromPath[str], entry_id: FromPath[UUID], db: Db, me: Me, services: Lent
    ) -> Response[bytes]:
        """One file that `commons verify` checks offline, as the reader may see the entry."""
        commons = await RegistryStore(db).by_slug(clean_text(slug, 300))
        return await proof_answer(db, services, commons, entry_id, me)


class ProofPages(Controller):
    path = "/communs/{slug:str}/journal/{entry_id:uuid}"
    include_in_schema = False

    @get("/preuve.json")
    async def proof(
        self, slug: FromPath[str], entry_id: FromPath[UUID], db: Db, me: Me, services: Lent
    ) -> Response[bytes]:
        commons = await RegistryStore(db).by_slug(slug)
        return await proof_answer(db, services, commons, entry_id, me)


async def proof_answer(
    db: Db, services: Services, commons: Commons, entry_id: UUID, me: Me
) -> Response[bytes]:
    """The proof file of an entry, sealed up to now, to be saved under a name of its own."""
    is_open = sight_is_open(commons, me)
    signer = signer_of(services)
    entry = await JournalStore(db).entry(commons.commons_id, entry_id)
    await Sealer(db, signer).seal(commons.commons_id, services.clock())
    proof = await ProofStore(db, signer).entry_proof(commons.commons_id, entry_id)
    salted = await salts_of(db, commons.commons_id, [entry_id]) if is_open else {}
    sealed = SealedEntry(entry.leaf, salted.get(entry_id, {}))
    people = IdentityStore(db, services.keyring.email)
    data = spell_proof(
        ExportedCommons(commons.commons_id, commons.slug, commons.name),
        sealed,
        proof,
        await names_opened(people, named_in(sealed)),
        signer=signer.name,
        key=signer.key,
    )
    name = f"preuve-{commons.slug}-{str(entry_id)[:8]}.json"
    return Response(
        data,
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
