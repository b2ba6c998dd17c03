"""A canvas that remembers what each mark on the page is, for readers who cannot see it.

reportlab knows nothing of tagged PDF: here each piece of text is enclosed in a numbered
marked-content sequence and hung into a tree, which `pdfa` writes into the file.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, TypeAlias

from reportlab.pdfgen.canvas import Canvas


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked-content sequence: the `number`-th of page `page` (both from 0)."""

    page: int
    number: int


@dataclass(frozen=True, slots=True)
class LinkMark:
    """The `number`-th annotation of page `page` (both from 0)."""

    page: int
    number: int


@dataclass(slots=True, eq=False)
class Element:
    """A node of the structure: its standard type, and what it holds in reading order.

    `words` is its text as it should be read (lines would otherwise join words), `alt`
    what stands for a drawing, `scope` what a table head is the head of.
    """

    type: str
    words: str = ""
    alt: str = ""
    scope: str = ""
    kids: list["Element | Mark | LinkMark"] = field(default_factory=list)

    def add(self, type_: str, *, words: str = "", alt: str = "", scope: str = "") -> "Element":
        child = Element(type_, words, alt, scope)
        self.kids.append(child)
        return child

    def is_drawn(self) -> bool:
        return any(isinstance(kid, Mark) for kid in self.kids)


Finish: TypeAlias = Callable[["TaggedCanvas", int], None]
"""What is drawn on a page once the number of pages is known."""


class TaggedCanvas(Canvas):
    """Marks what is drawn, and keeps pages open until their number is known."""

    _code: list[str]
    _pageNumber: int  # noqa: N815 -- reportlab's name
    _startPage: Callable[[], None]  # noqa: N815 -- reportlab's name

    def __init__(self, target: str | IO[bytes], finish: Finish, **options: Any) -> None:  # noqa: ANN401 -- reportlab's own
        super().__init__(target, **options)
        self._finish = finish
        self._kept: list[dict[str, Any]] = []
        self._marks: Counter[int] = Counter()
        self._links: Counter[int] = Counter()
        self._inside: Element | None = None
        self.bookmarks: dict[str, int] = {}
        """The page (from 1) of each bookmark drawn so far."""

    @contextmanager
    def marking(self, element: Element) -> Iterator[None]:
        """Enclose what is drawn as (a part of) `element`."""
        page = self._pageNumber - 1
        number = self._marks[page]
        self._marks[page] += 1
        element.kids.append(Mark(page, number))
        self._code.append(f"/{element.type} <</MCID {number}>> BDC")
        self._inside = element
        yield
        self._inside = None
        self._code.append("EMC")

    @contextmanager
    def decorating(self) -> Iterator[None]:
        """Enclose what is drawn as decoration, which is not read aloud."""
        self._code.append("/Artifact BMC")
        yield
        self._code.append("EMC")

    def mark_place(self, key: str, above: float) -> None:
        """Let the table of contents lead here, `above` points over where the canvas stands."""
        self.bookmarkHorizontal(key, 0, above)
        self.bookmarks[key] = self._pageNumber

    def link_to(self, target: str, width: float, height: float, element: Element) -> None:
        """Make a box, from where the canvas stands, a link to a bookmark of the document."""
        self._inside = element
        self.linkRect("", target, (0, 0, width, height), relative=1)
        self._inside = None

    def _addAnnotation(  # noqa: N802 -- reportlab's name
        self,
        annotation: object,
        name: object = None,
        addtopage: int = 1,
    ) -> None:
        super()._addAnnotation(annotation, name, addtopage)  # type: ignore[misc]  # not in stubs
        page = self._pageNumber - 1
        if self._inside is not None:
            link = self._inside.add("Link", words=self._inside.words)
            link.kids.append(LinkMark(page, self._links[page]))
        self._links[page] += 1

    def showPage(self) -> None:  # noqa: N802 -- reportlab's name
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for kept in self._kept:
            self.__dict__.update(kept)
            self._finish(self, len(self._kept))
            super().showPage()
        super().save()
