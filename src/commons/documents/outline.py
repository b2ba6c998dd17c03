"""Numbers and depths of headings, the same in every format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from commons.documents.blocks import (
    Article,
    Block,
    Facts,
    Heading,
    Inline,
    Items,
    Paragraph,
    Table,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading as it is read. `depth` is 1 under the title of the document, then 2, 3."""

    depth: int
    label: str
    title: str
    article: bool

    @property
    def text(self) -> str:
        return f"{self.label} – {self.title}" if self.label else self.title


def article_depth(blocks: Sequence[Block]) -> int:
    """2 where articles stand in parts, else 1.

    A part is a heading of level 1 followed at once by an article or another heading: a
    preamble or an annex, which hold text, are beside the articles and not above them.
    """
    for block, after in pairwise(blocks):
        part = isinstance(block, Heading) and block.level == 1
        if part and isinstance(after, Article | Heading):
            return 2
    return 1


def entries(blocks: Sequence[Block]) -> Iterator[tuple[Block, Entry | None]]:
    """Each block, with its entry if it is a heading or an article.

    Articles are numbered from 1; a `bis` keeps the number of the article before.
    """
    depth = article_depth(blocks)
    number = 0
    for block in blocks:
        match block:
            case Heading():
                yield block, Entry(block.level, "", block.text, article=False)
            case Article():
                number += not block.bis
                label = f"Article {number} bis" if block.bis else f"Article {number}"
                yield block, Entry(depth, label, block.title, article=True)
            case _:
                yield block, None


def introduces(block: Block, after: Block | None) -> bool:
    """Whether `block` is a sentence that ends with a colon just before a list or a table."""
    listed = isinstance(after, Items | Table | Facts)
    return listed and isinstance(block, Paragraph) and plain(block.text).rstrip().endswith(":")


def plain(inline: Inline) -> str:
    """The words of a text without its styles."""
    return inline if isinstance(inline, str) else "".join(run.text for run in inline)
