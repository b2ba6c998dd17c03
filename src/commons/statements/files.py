"""Documents of a journal as files to download, never kept by anyone in between."""

import asyncio

from litestar import Response

from commons.documents.blocks import Document
from commons.documents.docx import render_docx
from commons.documents.media import MEDIA
from commons.documents.pdf import render_pdf

CSV = "text/csv; charset=utf-8"


def rendered(document: Document, form: str) -> bytes:
    """The document as `pdf` or `docx`."""
    return render_docx(document) if form == "docx" else render_pdf(document, validate=False)


async def document_answer(document: Document, name: str, form: str) -> Response[bytes]:
    """Set in a thread: hundreds of lines take seconds, and others are served meanwhile."""
    data = await asyncio.to_thread(rendered, document, form)
    return file_answer(data, f"{name}.{form}", MEDIA[form])


def file_answer(data: bytes, name: str, media_type: str) -> Response[bytes]:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(data, media_type=media_type, headers=headers)
