"""A charter as PDF/A beside the same text by bare reportlab, and as DOCX beside pandoc."""

import io
import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path

import yaml
from measure import report, seconds
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from commons.charters.content import charter_model
from commons.charters.rules import draft_charter
from commons.content import content_folder
from commons.documents.blocks import Document
from commons.documents.docx import render_docx
from commons.documents.html import render_html
from commons.documents.pdf import render_pdf
from commons.documents.printing import texts


def charter() -> Document:
    example = content_folder("examples") / "charter-answers.yaml"
    answers = yaml.safe_load(example.read_text(encoding="utf-8"))["answers"]
    model = charter_model("charte-de-partenariat")
    return draft_charter(model, answers, dated=date(2026, 11, 23), reference="CHARTE-2026-004")


def bare(document: Document) -> bytes:
    """The same words, one paragraph each, with reportlab's own fonts."""
    style = getSampleStyleSheet()["BodyText"]
    story = [
        Paragraph(text.replace("&", "&amp;").replace("<", "&lt;"), style)
        for text in texts(document)
    ]
    target = io.BytesIO()
    SimpleDocTemplate(target, pagesize=A4, invariant=1).build(story)
    return target.getvalue()


def main() -> None:
    document = charter()
    plain = seconds(lambda: bare(document))
    ours = seconds(lambda: render_pdf(document, validate=False))
    checked = seconds(lambda: render_pdf(document))
    report("charter PDF/A / bare reportlab", ours / plain, "<= 2", reached=ours <= 2 * plain)
    print(f"  (with the validation of the finished file: {checked / plain:.2f})")
    if shutil.which("pandoc") is None:
        print("  DOCX: pandoc is not on this machine, nothing to compare with")
        return
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "charter.html"
        page.write_text(render_html(document), encoding="utf-8")
        command = ["pandoc", str(page), "-o", str(Path(folder) / "charter.docx")]
        theirs = seconds(lambda: subprocess.run(command, check=True))
    docx = seconds(lambda: render_docx(document))
    report("charter DOCX / pandoc", docx / theirs, "<= 0.5", reached=docx <= 0.5 * theirs)


if __name__ == "__main__":
    main()
