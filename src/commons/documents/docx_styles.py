"""The named styles of a DOCX, and its numbering tied to them.

Whoever edits the file changes a style or moves an article, and the rest follows.
"""

from dataclasses import dataclass
from typing import cast

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from commons.documents.look import GREEN_HEX, INK_HEX, OCHRE_HEX

TEXT_FONT = "Cambria"
HEAD_FONT = "Calibri"
"""Fonts that offices have: an edited file must look the same at the town hall."""

SOFT_INK_HEX = "4d5753"
ARTICLE_BIS = "Article bis"
UNNUMBERED = "Titre sans numéro"
REFERENCE, PARTY, NOTE, CELL, HEAD_CELL = (
    "Référence",
    "Partie",
    "Note",
    "Cellule",
    "Cellule titre",
)
SIGNATURE = "Signature"
ALERT_RULES = {"note": GREEN_HEX, "caution": OCHRE_HEX, "unverified": OCHRE_HEX}
ALERT_WASHES = {"note": "f0f5f1", "caution": "fff4d6", "unverified": "fff4d6"}
BULLETS, NUMBERS, ARTICLES = 91, 92, 93
"""Identifiers of our three abstract numberings, clear of those of the template."""


def element(tag: str, **attributes: str) -> BaseOxmlElement:
    """An OOXML element in the `w:` namespace with its `w:` attributes."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


@dataclass(frozen=True, slots=True)
class Shape:
    """How a style looks: sizes and spaces in points, `line` in lines."""

    font: str
    size: float
    bold: bool = False
    color: str = INK_HEX
    before: float = 0
    after: float = 0
    line: float = 1.1
    keeps_next: bool = False


OWN_STYLES = {
    REFERENCE: Shape(HEAD_FONT, 9.5, after=8, color=SOFT_INK_HEX),
    PARTY: Shape(HEAD_FONT, 11.5, bold=True, after=1),
    NOTE: Shape(HEAD_FONT, 9, after=6, color=SOFT_INK_HEX),
    CELL: Shape(HEAD_FONT, 9.5, before=2, after=2.5),
    HEAD_CELL: Shape(HEAD_FONT, 9.5, bold=True, before=2, after=2.5),
    SIGNATURE: Shape(HEAD_FONT, 10.5, keeps_next=True),
}
KNOWN_STYLES = {
    "Normal": Shape(TEXT_FONT, 11, after=6, line=1.22),
    "Title": Shape(HEAD_FONT, 24, bold=True, after=4, keeps_next=True),
    "Subtitle": Shape(HEAD_FONT, 13, color=SOFT_INK_HEX, after=10),
    "Heading 1": Shape(HEAD_FONT, 14, True, GREEN_HEX, 15, 4, keeps_next=True),  # noqa: FBT003 -- bold
    "Heading 2": Shape(HEAD_FONT, 12, True, INK_HEX, 12, 4, keeps_next=True),  # noqa: FBT003 -- bold
    "Heading 3": Shape(HEAD_FONT, 11, True, INK_HEX, 10, 4, keeps_next=True),  # noqa: FBT003 -- bold
    "Caption": Shape(HEAD_FONT, 9.5, bold=True, before=8, after=3, keeps_next=True),
    "List Bullet": Shape(TEXT_FONT, 11, after=3, line=1.22),
    "List Number": Shape(TEXT_FONT, 11, after=3, line=1.22),
}


def prepare_styles(document: WordDocument, *, article_level: int) -> None:
    """Give every style we use its form, and number the headings that are articles."""
    _speak_french(document)
    for name, shape in KNOWN_STYLES.items():
        _shape(_named(document, name), shape)
    article = f"Heading {article_level}"
    _new(document, ARTICLE_BIS, article)
    _new(document, UNNUMBERED, "Heading 1")
    for name, shape in OWN_STYLES.items():
        _shape(_new(document, name, "Normal"), shape)
    for kind, rule in ALERT_RULES.items():
        title = Shape(HEAD_FONT, 10, True, rule.upper(), 8, keeps_next=True)  # noqa: FBT003 -- bold
        text = Shape(HEAD_FONT, 10, after=10)
        for name, shape in ((alert_title_style(kind), title), (alert_style(kind), text)):
            _shape(_new(document, name, "Normal"), shape)
            _panel(_named(document, name), rule, ALERT_WASHES[kind])
    _numberings(document, article)


def alert_style(kind: str) -> str:
    return f"Encart {kind}"


def alert_title_style(kind: str) -> str:
    return f"Encart {kind} titre"


def _speak_french(document: WordDocument) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    run = defaults.find(qn("w:rPr"))
    for language in run.findall(qn("w:lang")):
        run.remove(language)
    run.append(element("lang", val="fr-FR", eastAsia="fr-FR", bidi="ar-SA"))


def _named(document: WordDocument, name: str) -> ParagraphStyle:
    return cast("ParagraphStyle", document.styles[name])


def _new(document: WordDocument, name: str, parent: str) -> ParagraphStyle:
    if name not in {style.name for style in document.styles}:
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style = _named(document, name)
    style.base_style = _named(document, parent)
    style.quick_style, style.hidden = True, False
    return style


def _shape(style: ParagraphStyle, shape: Shape) -> None:
    style.font.size, style.font.bold, style.font.italic = Pt(shape.size), shape.bold, False
    style.font.color.rgb = RGBColor.from_string(shape.color.upper())
    run = style.element.get_or_add_rPr()
    for needless in ("rFonts", "spacing", "kern"):
        for found in run.findall(qn(f"w:{needless}")):
            run.remove(found)
    font = shape.font
    run.insert(0, element("rFonts", ascii=font, hAnsi=font, cs=font, eastAsia=font))
    spaces = style.paragraph_format
    spaces.space_before, spaces.space_after = Pt(shape.before), Pt(shape.after)
    spaces.line_spacing_rule, spaces.line_spacing = WD_LINE_SPACING.MULTIPLE, shape.line
    spaces.keep_with_next, spaces.widow_control = shape.keeps_next, True
    paragraph = style.element.get_or_add_pPr()
    for border in paragraph.findall(qn("w:pBdr")):
        paragraph.remove(border)


def _panel(style: ParagraphStyle, rule: str, wash: str) -> None:
    """A rule on the left and a wash behind."""
    paragraph = style.element.get_or_add_pPr()
    borders = element("pBdr")
    borders.append(element("left", val="single", sz="24", space="8", color=rule))
    shade = element("shd", val="clear", color="auto", fill=wash)
    for made in (shade, borders):
        paragraph.insert_element_before(
            made, *(("w:shd",) if made is borders else ()), "w:spacing", "w:ind", "w:outlineLvl"
        )
    style.paragraph_format.left_indent = Mm(4)


def _numberings(document: WordDocument, article: str) -> None:
    numbering = document.part.numbering_part.element
    bullet = [("bullet", "•", "List Bullet")]
    number = [("decimal", "%1.", "List Number")]
    articles = [
        ("decimal", "Article %1 –", article),
        ("decimal", "Article %1 bis –", ARTICLE_BIS),
    ]
    for identifier, levels in ((BULLETS, bullet), (NUMBERS, number), (ARTICLES, articles)):
        abstract = element("abstractNum", abstractNumId=str(identifier))
        abstract.append(element("multiLevelType", val="multilevel"))
        for index, (form, text, style) in enumerate(levels):
            is_list = identifier != ARTICLES
            abstract.append(_level(document, index, form, text, style, is_list=is_list))
        numbering.insert(0, abstract)
        numbering.append(_number(identifier, identifier))
        for index, (_, _, style) in enumerate(levels):
            _tie(_named(document, style), identifier, index)
    _tie(_named(document, UNNUMBERED), 0, 0)


def _level(
    document: WordDocument, index: int, form: str, text: str, style: str, *, is_list: bool
) -> BaseOxmlElement:
    level = element("lvl", ilvl=str(index))
    level.append(element("start", val="1"))
    level.append(element("numFmt", val=form))
    level.append(element("pStyle", val=_named(document, style).style_id))
    level.append(element("suff", val="tab" if is_list else "space"))
    level.append(element("lvlText", val=text))
    level.append(element("lvlJc", val="left"))
    shape = element("pPr")
    indent = {"left": "397", "hanging": "284"} if is_list else {"left": "0", "firstLine": "0"}
    shape.append(element("ind", **indent))
    level.append(shape)
    return level


def _number(identifier: int, abstract: int) -> BaseOxmlElement:
    number = element("num", numId=str(identifier))
    number.append(element("abstractNumId", val=str(abstract)))
    return number


def restart_numbers(document: WordDocument, identifier: int) -> None:
    """A numbering `identifier` that counts from 1 again."""
    number = _number(identifier, NUMBERS)
    override = element("lvlOverride", ilvl="0")
    override.append(element("startOverride", val="1"))
    number.append(override)
    document.part.numbering_part.element.append(number)


def _tie(style: ParagraphStyle, identifier: int, level: int) -> None:
    paragraph = style.element.get_or_add_pPr()
    for found in paragraph.findall(qn("w:numPr")):
        paragraph.remove(found)
    tied = paragraph.get_or_add_numPr()
    tied.get_or_add_ilvl().val = level
    tied.get_or_add_numId().val = identifier
