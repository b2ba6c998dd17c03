"""The payout file: what is due, for the bank or the accounts."""

import csv
import io
from decimal import Decimal

from commons.kernel.spreadsheet import plain_cell


def payout_file(place: str, lines: list[tuple[str, Decimal]]) -> bytes:
    """A CSV for spreadsheets: byte-order mark, `;`, decimal comma, no formula in a cell."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["beneficiaire", "montant", "devise", "motif"])
    for name, amount in lines:
        written = f"{amount:.2f}".replace(".", ",")
        writer.writerow([plain_cell(name), written, "EUR", plain_cell(f"Rétribution {place}")])
    return text.getvalue().encode("utf-8-sig")
