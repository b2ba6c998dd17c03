"""What someone brings, by every rule of its kind: the work of the page, a process apart."""

from collections.abc import Mapping
from typing import Any

from commons.allocation.file_kinds import FileKind
from commons.chamber.brought import Brought
from commons.chamber.compare_settings import Settings
from commons.chamber.dividing import divided
from commons.chamber.election_beside import brought_election
from commons.chamber.round_brought import replayed


def compared(brought: Brought, settings: Settings, ballots: bytes) -> Mapping[str, Any]:
    """What the page shows of it. Raises `InputError` for what cannot be read or counted."""
    match brought.kind:
        case FileKind.ELECTION:
            return {"election": brought_election(brought, settings).beside()}
        case FileKind.ROUND:
            return {"replayed": replayed(brought, ballots)}
        case _:
            return {"sharing": divided(brought, settings).sharing()}


def round_file(brought: Brought, settings: Settings, rule: str) -> bytes:
    """Its round file by that rule. Raises `InputError` as `compared`."""
    match brought.kind:
        case FileKind.ELECTION:
            return brought_election(brought, settings).round_file(rule)
        case FileKind.ROUND:
            return brought.data
        case _:
            return divided(brought, settings).round_file(rule)
