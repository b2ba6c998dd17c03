"""Documents as a fragment of HTML: what a page shows, and what a screen reader reads."""

from collections.abc import Iterator
from html import escape

from commons.documents.blocks import (
    Alert,
    Article,
    Bar,
    BarFigure,
    Document,
    Facts,
    Heading,
    Inline,
    Items,
    Leaf,
    Paragraph,
    Run,
    Signatures,
    Table,
)
from commons.documents.dates import in_french
from commons.documents.figures import longest
from commons.documents.links import safe_href
from commons.documents.outline import Entry, entries
from commons.documents.typography import printable
from commons.kernel.money import money

SIDES = {"l": "", "c": ' class="center"', "r": ' class="number"'}
ALERTS = {"note": "À noter", "caution": "Attention", "unverified": "À vérifier"}


def render_html(document: Document, *, level: int = 1) -> str:
    """An `<article>` with everything of `document` but its attachments.

    `level` is that of its title: 2 where the page has its own. All text is escaped; links
    other than http, https and mailto lose their link and keep their words. Raises
    `InputError` for a character that is not one to read.
    """
    return "\n".join(_document(document, level))


def _document(document: Document, level: int) -> Iterator[str]:
    yield f'<article class="document" lang="{_text(document.language)}">'
    yield "<header>"
    marks = " · ".join(filter(None, [document.reference, in_french(document.dated)]))
    yield f'<p class="reference">{_text(marks)}</p>'
    yield f"<h{level}>{_text(document.title)}</h{level}>"
    if document.subtitle:
        yield f'<p class="subtitle">{_text(document.subtitle)}</p>'
    if document.parties:
        parties = "".join(f"<li>{_text(party)}</li>" for party in document.parties)
        between = "<p>Entre</p>" if len(document.parties) > 1 else ""
        yield f'{between}<ul class="parties">{parties}</ul>'
    yield "</header>"
    for number, (block, entry) in enumerate(entries(document.blocks), start=1):
        match block:
            case Heading():
                yield _heading(entry, level, number)
            case Article():
                yield f'<section aria-labelledby="titre-{number}">'
                yield _heading(entry, level, number)
                for leaf in block.blocks:
                    yield from _leaf(leaf)
                yield "</section>"
            case Signatures():
                yield from _signatures(block)
            case _:
                yield from _leaf(block)
    if document.code:
        yield f'<p class="code">Code de vérification : <code>{_text(document.code)}</code></p>'
    yield "</article>"


def _text(text: str) -> str:
    return escape(printable(text))


def _inline(inline: Inline) -> str:
    if isinstance(inline, str):
        inline = (Run(inline),)
    return "".join(map(_run, inline))


def _run(run: Run) -> str:
    text = _text(run.text).replace("\n", "<br>")
    if run.italic:
        text = f"<em>{text}</em>"
    if run.bold:
        text = f"<strong>{text}</strong>"
    href = safe_href(run.href)
    return f'<a href="{escape(href)}" rel="noopener">{text}</a>' if href else text


def _heading(entry: Entry | None, level: int, number: int) -> str:
    if entry is None:
        return ""
    depth = min(level + entry.depth, 6)
    return f'<h{depth} id="titre-{number}">{_text(entry.text)}</h{depth}>'


def _leaf(block: Leaf) -> Iterator[str]:
    match block:
        case Paragraph():
            kind = ' class="note"' if block.note else ""
            yield f"<p{kind}>{_inline(block.text)}</p>"
        case Items():
            tag = "ol" if block.numbered else "ul"
            items = "".join(f"<li>{_inline(item)}</li>" for item in block.items)
            yield f"<{tag}>{items}</{tag}>"
        case Table():
            yield from _table(block)
        case Facts():
            rows = "".join(
                f"<dt>{_text(label)}</dt><dd>{_inline(value)}</dd>"
                for label, value in block.rows
            )
            yield f'<dl class="facts">{rows}</dl>'
        case Alert():
            yield f'<aside class="alert {block.kind}">'
            yield f"<p><strong>{ALERTS[block.kind]} : {_text(block.title)}</strong></p>"
            yield f"<p>{_inline(block.text)}</p>"
            yield "</aside>"
        case BarFigure():
            yield from _figure(block)


def _table(block: Table) -> Iterator[str]:
    yield "<table>"
    if block.caption:
        yield f"<caption>{_text(block.caption)}</caption>"
    sides = [SIDES[side] for side in block.align]
    heads = "".join(
        f'<th scope="col"{side}>{_text(head)}</th>'
        for head, side in zip(block.head, sides, strict=True)
    )
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    yield from (f"<tr>{_cells(row, sides)}</tr>" for row in block.rows)
    yield "</tbody>"
    if block.total is not None:
        yield f"<tfoot><tr>{_cells(block.total, sides)}</tr></tfoot>"
    yield "</table>"


def _cells(row: tuple[Inline, ...], sides: list[str]) -> str:
    return "".join(
        f"<td{side}>{_inline(cell)}</td>" for cell, side in zip(row, sides, strict=True)
    )


def _figure(block: BarFigure) -> Iterator[str]:
    """The drawing, hidden from screen readers, and its numbers behind « voir les chiffres »."""
    full = longest(block)
    height = 40 * len(block.bars)
    yield f'<figure class="bars"><figcaption>{_text(block.title)}</figcaption>'
    yield f'<svg viewBox="0 0 600 {height}" role="img" aria-label="{_text(block.reading)}">'
    for index, bar in enumerate(block.bars):
        yield _bar(bar, index * 40, full)
    yield "</svg>"
    yield f"<p>{_text(block.reading)}</p>"
    rows = "".join(
        f'<tr><th scope="row">{_text(bar.label)}</th>'
        f'<td class="number">{money(bar.asked_cents)}</td>'
        f'<td class="number">{money(bar.given_cents)}</td></tr>'
        for bar in block.bars
    )
    yield (
        "<details><summary>Voir les chiffres</summary><table><thead><tr>"
        '<th scope="col">Qui</th><th scope="col" class="number">Demandé</th>'
        f'<th scope="col" class="number">Attribué</th></tr></thead><tbody>{rows}</tbody>'
        "</table></details></figure>"
    )


def _bar(bar: Bar, top: int, full: int) -> str:
    asked, given = (max(cents, 0) * 470 // full for cents in (bar.asked_cents, bar.given_cents))
    return (
        f'<text x="4" y="{top + 12}">{_text(bar.label)}</text>'
        f'<rect class="asked" x="0" y="{top + 17}" width="{asked}" height="8"></rect>'
        f'<text x="{asked + 5}" y="{top + 25}">{money(bar.asked_cents)}</text>'
        f'<rect class="given" x="0" y="{top + 28}" width="{given}" height="8"></rect>'
        f'<text x="{given + 5}" y="{top + 37}">{money(bar.given_cents)}</text>'
    )


def _signatures(block: Signatures) -> Iterator[str]:
    place = _text(block.place) or "…………"
    yield f'<section class="signatures"><p>Fait à {place}, le …………</p>'
    for party in block.parties:
        lines = [f"<strong>Pour {_text(party.party)}</strong>", party.name, party.quality]
        shown = "<br>".join([lines[0], *(_text(line) for line in lines[1:] if line)])
        yield f"<p>{shown}</p>"
    yield "</section>"
