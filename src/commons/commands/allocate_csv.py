"""`commons allocate FILE.csv`: what the file holds is recognised by its heading."""

from commons.allocation.csv_rows import heading_of
from commons.allocation.evaluations_file import is_evaluations
from commons.allocation.gifts_file import is_gifts
from commons.allocation.takes import is_takes
from commons.commands.allocate_claims import TAKES, allocate_claims, allocate_takes
from commons.commands.allocate_gifts import allocate_gifts
from commons.commands.allocate_peers import allocate_peers
from commons.commands.asked import Asked


def allocate_csv(data: bytes, asked: Asked) -> None:
    """Divide what the file holds, and answer as asked."""
    heading = heading_of(data)
    if is_gifts(heading):
        allocate_gifts(data, asked)
    elif is_evaluations(heading):
        allocate_peers(data, asked)
    elif is_takes(heading) or asked.rule == TAKES:
        allocate_takes(data, asked)
    else:
        allocate_claims(data, asked)
