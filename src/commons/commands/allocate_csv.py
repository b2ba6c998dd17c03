"""`commons allocate FILE.csv`: what the file holds is recognised by its heading."""

from commons.allocation.file_kinds import FileKind, kind_of_csv
from commons.allocation.takes import TAKES
from commons.commands.allocate_claims import allocate_claims
from commons.commands.allocate_gifts import allocate_gifts
from commons.commands.allocate_peers import allocate_peers
from commons.commands.allocate_takes import allocate_takes
from commons.commands.asked import Asked


def allocate_csv(data: bytes, asked: Asked) -> None:
    """Divide what the file holds, and answer as asked."""
    if asked.rule == TAKES.name:
        allocate_takes(data, asked)
        return
    match kind_of_csv(data):
        case FileKind.GIFTS:
            allocate_gifts(data, asked)
        case FileKind.EVALUATIONS:
            allocate_peers(data, asked)
        case FileKind.TAKES:
            allocate_takes(data, asked)
        case _:
            allocate_claims(data, asked)
