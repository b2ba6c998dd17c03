"""Cells for spreadsheets: text that none of them takes for a formula."""

FORMULA_STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""The signs, and their full-width forms, after which some spreadsheet computes."""


def plain_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula, even after spaces."""
    is_formula = text[:1] in FORMULA_STARTS or text.lstrip()[:1] in FORMULA_STARTS
    return f"'{text}" if text and is_formula else text
