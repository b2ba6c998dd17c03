"""The last step of a PDF: its structure, its data, what an archive asks for, and the check."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from commons.documents import fonts
from commons.documents.blocks import Document
from commons.documents.tagging import Element, LinkMark, Mark

_INSIDE = f"<{ord(fonts.NARROW_SPACE_INSIDE):04X}>".encode()
_TRUE = f"<{ord(fonts.NARROW_SPACE):04X}>".encode()


def archive(drawn: bytes, document: Document, root: Element, *, validate: bool) -> bytes:
    """Turn what reportlab drew into a tagged PDF/A-3b file; `validate` reads it again."""
    # A tenth of a second that a service need not spend to start.
    from pikepdf.pdfa import Flavour, prepare, resolve_save_kwargs, save  # noqa: PLC0415

    with Pdf.open(BytesIO(drawn)) as pdf:
        for page in pdf.pages:
            for needless in (Name.Trans, Name.Annots):
                if needless in page and not len(page[needless]):
                    del page[needless]
        _name_narrow_spaces(pdf)
        _Structure(pdf).write(root, document.language)
        _attach(pdf, document)
        prepare(pdf, Flavour.PDFA_3B)
        _describe(pdf, document)
        target = BytesIO()
        if validate:
            save(pdf, target, Flavour.PDFA_3B, repair=False, deterministic_id=True)
        else:
            pdf.save(target, **resolve_save_kwargs(Flavour.PDFA_3B, deterministic_id=True))
        return target.getvalue()


def _name_narrow_spaces(pdf: Pdf) -> None:
    """Copied text holds U+202F, though reportlab knew it under a private name."""
    for item in pdf.objects:
        if isinstance(item, Dictionary) and item.get("/Type") == "/Font":
            unicode_map = item.get("/ToUnicode")
            if unicode_map is not None:
                read = unicode_map.read_bytes()
                if _INSIDE in read:
                    unicode_map.write(read.replace(_INSIDE, _TRUE))


class _Structure:
    """Writes the tree of elements, and from each mark on a page back to its element."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.pages = [page.obj for page in pdf.pages]
        self.marks: list[dict[int, Object]] = [{} for _ in self.pages]
        self.links: list[Object] = []

    def write(self, root: Element, language: str) -> None:
        tree = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        tree.K = self._element(root, tree)
        numbers: list[int | Object] = []
        for index, marks in enumerate(self.marks):
            self.pages[index].StructParents = index
            self.pages[index].Tabs = Name.S
            holders = Array([marks[number] for number in range(len(marks))])
            numbers.extend([index, self.pdf.make_indirect(holders)])
        for index, holder in enumerate(self.links, start=len(self.pages)):
            numbers.extend([index, holder])
        tree.ParentTree = Dictionary(Nums=Array(numbers))
        tree.ParentTreeNextKey = len(self.pages) + len(self.links)
        catalogue = self.pdf.Root
        catalogue.StructTreeRoot = tree
        catalogue.MarkInfo = Dictionary(Marked=True)
        catalogue.Lang = String(language)
        catalogue.ViewerPreferences = Dictionary(DisplayDocTitle=True)

    def _element(self, element: Element, parent: Object) -> Object:
        made = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name(f"/{element.type}"), P=parent)
        )
        if element.words:
            made.ActualText = String(element.words)
        if element.alt:
            made.Alt = String(element.alt)
        if element.scope:
            made.A = Dictionary(O=Name.Table, Scope=Name(f"/{element.scope}"))
        made.K = Array(list(self._kids(element, made)))
        return made

    def _kids(self, element: Element, made: Object) -> Iterator[Object]:
        for kid in element.kids:
            match kid:
                case Mark():
                    self.marks[kid.page][kid.number] = made
                    page = self.pages[kid.page]
                    yield Dictionary(Type=Name.MCR, Pg=page, MCID=kid.number)
                case LinkMark():
                    page = self.pages[kid.page]
                    annotation = page.Annots[kid.number]
                    annotation.StructParent = len(self.pages) + len(self.links)
                    annotation.F = 4
                    annotation.Contents = String(element.words or "Lien")
                    self.links.append(made)
                    yield Dictionary(Type=Name.OBJR, Pg=page, Obj=annotation)
                case Element():
                    yield self._element(kid, made)


def _moment(document: Document) -> datetime:
    return datetime.combine(document.dated, time(12, tzinfo=UTC))


def _attach(pdf: Pdf, document: Document) -> None:
    stamp = _moment(document)
    for attachment in document.attachments:
        spec = pikepdf.AttachedFileSpec(
            pdf,
            attachment.content,
            description=attachment.description,
            filename=attachment.name,
            mime_type=attachment.media_type,
            creation_date=stamp.strftime("D:%Y%m%d%H%M%SZ"),
            mod_date=stamp.strftime("D:%Y%m%d%H%M%SZ"),
        )
        spec.obj.AFRelationship = Name.Data
        pdf.attachments[attachment.name] = spec


def _describe(pdf: Pdf, document: Document) -> None:
    """Say who made what and when, with the date of the document as the only date."""
    stamp = _moment(document)
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    pdf.docinfo.Title = String(document.title)
    pdf.docinfo.Author = String(document.author)
    pdf.docinfo.Creator = String("commons")
    pdf.docinfo.Producer = String("commons")
    pdf.docinfo.CreationDate = String(stamp.strftime("D:%Y%m%d%H%M%S+00'00'"))
    pdf.docinfo.ModDate = String(stamp.strftime("D:%Y%m%d%H%M%S+00'00'"))
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as described:
        described["dc:title"] = document.title
        described["dc:creator"] = [document.author]
        described["dc:language"] = {document.language}
        described["xmp:CreatorTool"] = "commons"
        described["pdf:Producer"] = "commons"
        for date in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
            described[date] = stamp.isoformat()
