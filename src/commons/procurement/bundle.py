"""The files of a dossier: each document in two forms, and all of them in one archive."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from commons.documents.blocks import Document
from commons.documents.docx import render_docx
from commons.documents.media import MEDIA
from commons.documents.pdf import render_pdf
from commons.kernel.errors import NotFoundError
from commons.kernel.identifiers import slug_of
from commons.kernel.text import t
from commons.procurement.assembly import assemble, wanted
from commons.procurement.catalogue import Catalogue
from commons.procurement.model import Dossier

_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


def file_name(dossier: Dossier, piece: str, form: str) -> str:
    return f"{slug_of(dossier.reference)}-{piece}.{form}"


def _render(document: Document, form: str) -> bytes:
    return render_docx(document) if form == "docx" else render_pdf(document, validate=False)


def one_file(dossier: Dossier, catalogue: Catalogue, piece: str, form: str) -> bytes:
    """One document as `pdf` or `docx`. Raises `NotFoundError` if this purchase has none."""
    documents = dict(zip(wanted(dossier, catalogue), assemble(dossier, catalogue), strict=True))
    found = next((made for name, made in documents.items() if name == piece), None)
    if found is None or form not in MEDIA:
        raise NotFoundError(t("Ce dossier n'a pas ce document."))
    return _render(found, form)


def _files(dossier: Dossier, catalogue: Catalogue, text: str) -> Iterator[tuple[str, bytes]]:
    documents = assemble(dossier, catalogue)
    for piece, document in zip(wanted(dossier, catalogue), documents, strict=True):
        for form in MEDIA:
            yield file_name(dossier, piece, form), _render(document, form)
    yield f"{slug_of(dossier.reference)}.yaml", text.encode()


def archive(dossier: Dossier, catalogue: Catalogue, text: str) -> bytes:
    """Every document as PDF and DOCX, and the file of the dossier, in one zip.

    The same dossier gives the same bytes: dates are fixed and nothing is compressed again.
    """
    target = BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as made:
        for name, content in _files(dossier, catalogue, text):
            entry = ZipInfo(f"{slug_of(dossier.reference)}/{name}", _EPOCH)
            entry.create_system = 3
            entry.external_attr = _READABLE
            made.writestr(entry, content)
    return target.getvalue()
