"""The API of the instance as a log and as a witness: heads of all journals, countersigning.

Addresses and forms are those of C2SP `tlog-tiles` and `tlog-witness`; `registry/proof_api.py`
has the same for each journal.
"""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.params import FromPath, QueryParameter

from commons.kernel.errors import NotFoundError
from commons.kernel.text import t
from commons.ledger.proof_store import ProofStore
from commons.ledger.sealing import Signer
from commons.ledger.stored_tree import StoredTree
from commons.ledger.tiles import Tile
from commons.ledger.witness import Cosigner, Refusal, Witness, WitnessError, cosigner
from commons.web.context import Services
from commons.web.handlers import ANYONE, Db, Lent
from commons.web.openapi import read
from commons.web.pages import AnyRequest

FOREVER = "public, max-age=31536000, immutable"
TEXT, BINARY = "text/plain; charset=utf-8", "application/octet-stream"
REQUEST_BYTES_MAX = 65_536
STATUS = {
    Refusal.MALFORMED: 400,
    Refusal.UNKNOWN_LOG: 404,
    Refusal.NOT_SIGNED: 403,
    Refusal.OLD_TOO_LARGE: 400,
    Refusal.OTHER_SIZE: 409,
    Refusal.SPLIT_VIEW: 409,
    Refusal.NOT_CONSISTENT: 422,
}
OldSize = Annotated[int, QueryParameter(name="from", ge=1, le=10**17)]
NewSize = Annotated[int, QueryParameter(name="to", ge=0, le=10**17)]


def log_signer(services: Services) -> Signer:
    return Signer(services.settings.instance_name, services.keyring.signing_key())


def cosigner_of(services: Services) -> Cosigner:
    return cosigner(services.settings, services.keyring)


def plain(text: str, cache: str = "no-cache") -> Response[str]:
    return Response(text, media_type=TEXT, headers={"Cache-Control": cache})


async def tile_answer(tree: StoredTree, path: str, size: int, cache: str) -> Response[bytes]:
    """The tile at `path` of a tree sealed up to `size`; 404 for one it does not have."""
    try:
        tile = Tile.parse(path.lstrip("/"))
    except ValueError as error:
        raise NotFoundError(t("Cette adresse n'est pas celle d'une tuile.")) from error
    if not tile.is_in(size):
        raise NotFoundError(t("Ce journal n'a pas encore cette tuile."))
    data = await (tree.bundle(tile) if tile.is_bundle else tree.tile(tile))
    return Response(data, media_type=BINARY, headers={"Cache-Control": cache})


class HeadsApi(Controller):
    path = "/api/v1/heads"
    tags = ("Ledger",)

    @get(
        "/checkpoint",
        media_type=TEXT,
        summary="The signed head of the log of all heads",
        responses=read(),
    )
    async def checkpoint(self, db: Db, services: Lent) -> Response[str]:
        """Each checkpoint of each journal is a leaf of this log."""
        store = ProofStore(db, log_signer(services))
        size = await store.latest_size(None)
        if not size:
            raise NotFoundError(t("Aucun journal n'a encore été scellé."))
        return plain(await store.note(None, size))

    @get(
        "/consistency",
        media_type=TEXT,
        summary="Why an earlier head of the log is its beginning",
        responses=read(),
    )
    async def consistency(
        self, db: Db, services: Lent, old: OldSize, new: NewSize = 0
    ) -> Response[str]:
        """`old N`, the hashes, an empty line, the checkpoint: `commons verify` reads it."""
        store = ProofStore(db, log_signer(services))
        return plain(str(await store.consistency(None, old, new or None)))

    @get(
        "/tile/{where:path}",
        media_type=BINARY,
        summary="A tile of the log of heads",
        responses=read(),
    )
    async def tile(self, where: FromPath[str], db: Db, services: Lent) -> Response[bytes]:
        size = await ProofStore(db, log_signer(services)).latest_size(None)
        return await tile_answer(StoredTree(db, None), where, size, FOREVER)


class KeysApi(Controller):
    path = "/api/v1/keys"
    tags = ("Ledger",)

    @get(
        "/succession",
        media_type=TEXT,
        summary="The keys of this instance that followed one another",
        responses=read(),
    )
    async def succession(self, db: Db, services: Lent) -> Response[str]:
        """Notes by which each key names the next, oldest first; empty for a first key."""
        return plain("".join(await ProofStore(db, log_signer(services)).chain()))


class WitnessApi(Controller):
    path = "/api/v1/witness"
    tags = ("Ledger",)

    @get("/key", summary="The key this instance countersigns with", responses=read())
    async def key(self, services: Lent) -> dict[str, str]:
        return {"verifier_key": str(cosigner_of(services).verifier)}

    @post("/add-checkpoint", status_code=200, include_in_schema=False, opt={ANYONE: True})
    async def add_checkpoint(
        self, request: AnyRequest, db: Db, services: Lent
    ) -> Response[str]:
        """C2SP `tlog-witness`: nobody signs in, a known log's signature is what counts.

        The answers are those of that specification, not problem documents.
        """
        witness = Witness(db, cosigner_of(services))
        data = await request.body()
        try:
            if len(data) > REQUEST_BYTES_MAX:
                raise WitnessError(Refusal.MALFORMED)
            line = await witness.add_checkpoint(_text(data), services.clock())
        except WitnessError as error:
            status = STATUS[error.refusal]
            if error.refusal is Refusal.OTHER_SIZE or error.refusal is Refusal.SPLIT_VIEW:
                return Response(
                    f"{error.size}\n", status_code=status, media_type="text/x.tlog.size"
                )
            return Response(f"{error}\n", status_code=status, media_type=TEXT)
        return plain(line)

    @get(
        "/split-views",
        summary="Signed checkpoints that disagree, as this witness saw them",
        responses=read(),
    )
    async def split_views(self, db: Db, services: Lent) -> list[dict[str, str]]:
        """Two checkpoints of one size, both signed by the log: whoever signed has lied."""
        found = await Witness(db, cosigner_of(services)).split_views()
        return [{"signed_first": first, "signed_too": other} for first, other in found]


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise WitnessError(Refusal.MALFORMED) from error


LOG_ROUTES = (HeadsApi, KeysApi, WitnessApi)
