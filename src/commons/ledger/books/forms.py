"""The forms in which a journal can be taken away, by name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from commons.ledger.books.csv_book import CsvBook
from commons.ledger.books.entry import BookEntry, Heading
from commons.ledger.books.plain_text import BeancountBook, HledgerBook
from commons.ledger.books.valueflows import ValueflowsBook


class Book(Protocol):
    """Writes a journal piece by piece; the pieces in order are the file."""

    def begin(self) -> str: ...

    def add(self, entry: BookEntry) -> str: ...

    def end(self) -> str: ...


class BookForm(StrEnum):
    CSV = "csv"
    JSONLD = "jsonld"
    BEANCOUNT = "beancount"
    HLEDGER = "hledger"


@dataclass(frozen=True, slots=True)
class Form:
    make: Callable[[Heading], Book]
    media_type: str


FORMS = {
    BookForm.CSV: Form(CsvBook, "text/csv"),
    BookForm.JSONLD: Form(ValueflowsBook, "application/ld+json"),
    BookForm.BEANCOUNT: Form(BeancountBook, "text/plain"),
    BookForm.HLEDGER: Form(HledgerBook, "text/plain"),
}


def file_name(slug: str, form: BookForm) -> str:
    return f"journal-{slug}.{form}"


def pieces(form: BookForm, heading: Heading, entries: Iterable[BookEntry]) -> Iterator[bytes]:
    """The file, an entry at a time: no more than that is held in memory."""
    book = FORMS[form].make(heading)
    yield book.begin().encode()
    for entry in entries:
        yield book.add(entry).encode()
    yield book.end().encode()
