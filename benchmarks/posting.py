"""What writing an entry costs over HTTP: the service beside a handler that writes nothing.

`python benchmarks/posting.py [--scale N]`. The other handler authenticates the same token,
reads and checks the same body, and answers the same receipt. The caller is a process of its own
with 64 open connections; the two are asked in turns, and the median ratio is told (DESIGN §12).
"""

import argparse
import asyncio
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from uuid import UUID, uuid4

import uvicorn
from journals import new_folder, note, tell
from litestar import Response, post
from litestar.params import FromPath, JSONBody

from commons.app import create_app
from commons.identity.authentication import Me
from commons.identity.model import Grant, Role, Scope
from commons.identity.rules import Operation, require
from commons.identity.store import IdentityStore
from commons.identity.tokens import ApiTokens
from commons.instance import Instance, open_instance
from commons.kernel.clock import now
from commons.ledger.model import Written
from commons.ledger.store import JournalStore
from commons.registry.journal_api import draft_of, receipt
from commons.registry.journal_schemas import ContributionIn, Receipt
from commons.registry.model import CommonsFacts, ResourceKind
from commons.registry.store import RegistryStore
from commons.settings import Settings
from commons.web.context import Services

CONNECTIONS, ROUNDS, BARE = 64, 5, "bare"


@post(f"/api/v1/{BARE}/{{commons_id:uuid}}")
async def bare(
    commons_id: FromPath[UUID], data: JSONBody[ContributionIn], me: Me
) -> Response[Receipt]:
    """All of logging a contribution but the journal."""
    person = require(me, Operation.LOG, commons_id)
    return receipt(Written(draft_of(data, person.person_id).entry_id))


def body() -> bytes:
    return json.dumps(
        {
            "entry_id": str(uuid4()),
            "occurred_on": "2026-11-01",
            "quantity": "60",
            "description": "Taille des pommiers, rang 12",
        }
    ).encode()


async def call(port: int, path: str, token: str, count: int) -> float:
    """Requests answered in a second; raises unless each is answered 201."""
    bodies = iter([body() for _ in range(count)])

    async def caller() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for sent in bodies:
            head = (
                f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
            )
            writer.write(head.encode() + sent)
            answer = await reader.readuntil(b"\r\n\r\n")
            if not answer.startswith(b"HTTP/1.1 201"):
                raise SystemExit(answer.decode())
            length = next(
                line for line in answer.lower().split(b"\r\n") if b"content-length" in line
            )
            await reader.readexactly(int(length.partition(b":")[2]))
        writer.close()

    start = asyncio.get_running_loop().time()
    await asyncio.gather(*[caller() for _ in range(CONNECTIONS)])
    return count / (asyncio.get_running_loop().time() - start)


async def called(port: int, path: str, token: str, count: int) -> float:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, __file__, "--call", str(port), path, token, str(count)),
        stdout=subprocess.PIPE,
    )
    words, _ = await process.communicate()
    assert process.returncode == 0, words
    return float(words)


@asynccontextmanager
async def served(instance: Instance) -> AsyncIterator[int]:
    services = Services(instance.settings, instance.keyring, instance.engine, now)
    app = create_app(services)
    app.register(bare)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    # Whoever connects before it accepts waits in the socket's queue.
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def main(scale: int) -> None:
    folder = new_folder()
    try:
        async with open_instance(Settings(folder, database_url="")) as instance:
            async with instance.transaction() as db:
                people = IdentityStore(db, instance.keyring.email)
                person = await people.find_or_make(
                    "Alice", "alice@exemple.fr", now(), keep_address=False
                )
                facts = CommonsFacts(
                    "Jardin", ResourceKind.MATERIAL, "Un verger", "Le quartier", ""
                )
                commons = await RegistryStore(db).register(facts, now())
                await JournalStore(db).open(commons.commons_id, "commons.example/1", now())
                role = Grant(Scope.COMMONS, commons.commons_id, Role.CONTRIBUTOR)
                await people.grant(person, role, now())
            tokens = ApiTokens(instance.keyring.token, instance.settings.instance_name)
            token = tokens.issue(person, now(), 1)
            paths = {
                "written": f"/api/v1/commons/{commons.slug}/contributions",
                BARE: f"/api/v1/{BARE}/{commons.commons_id}",
            }
            rates: dict[str, list[float]] = {name: [] for name in paths}
            async with served(instance) as port:
                for _ in range(ROUNDS):
                    for name, path in paths.items():
                        rates[name].append(await called(port, path, token, 4000 // scale))
    finally:
        shutil.rmtree(folder)
    for name, several in rates.items():
        note(f"{name:<8} {median(several):>8,.0f} requests/s")
    pairs = zip(rates["written"], rates[BARE], strict=True)
    ratio = median(one / other for one, other in pairs)
    what = "POST of an entry / a handler that writes nothing"
    tell(what, f"{ratio:.2f} ×", "≥ 0.6 ×", good=ratio >= 0.6)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--call"]:
        port, path, token, count = sys.argv[2:]
        print(asyncio.run(call(int(port), path, token, int(count))))
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("--scale", type=int, default=1)
        asyncio.run(main(parser.parse_args().scale))
