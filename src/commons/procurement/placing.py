"""Where each finding is shown: on which page of the dossier, beside which text."""

from collections.abc import Iterable, Mapping, Sequence

from commons.procurement.model import Finding

CLAUSES = "clauses"
SUMMARY = ""
_PAGE_BY_FIRST_WORD: Mapping[str, str] = {
    "Besoin": "besoin",
    "Montant": "procedure",
    "Remise": "procedure",
    "Critères": "criteres",
    "Critère": "criteres",
    "Conditions": CLAUSES,
    "Clause": CLAUSES,
    "Condition": "textes",
    "Candidature": "textes",
    "Exigence": "textes",
}
"""The rules name places in words; the first word says what kind of place it is."""

_LISTS: Mapping[str, str] = {
    "Critère": "criteria",
    "Condition": "conditions",
    "Candidature": "candidacy",
    "Exigence": "requirements",
}


def _first_word(finding: Finding) -> str:
    return finding.place.message.split(maxsplit=1)[0]


def page_of(finding: Finding) -> str:
    """The slug of the page where this is corrected; empty when it is the summary."""
    return _PAGE_BY_FIRST_WORD.get(_first_word(finding), SUMMARY)


def clause_of(finding: Finding) -> str:
    """The clause a finding is about, or nothing."""
    return str(finding.place.values.get("clause", ""))


def row_of(finding: Finding) -> str:
    """`criteria[2]` for a finding on the second criterion, or nothing."""
    number = finding.place.values.get("number")
    root = _LISTS.get(_first_word(finding), "")
    return f"{root}[{number}]" if root and number is not None else ""


def standing(findings: Iterable[Finding], severity: str) -> int:
    """How many findings of that severity were not set aside."""
    return sum(1 for item in findings if item.severity == severity and item.set_aside is None)


def on_page(findings: Sequence[Finding], page: str) -> list[Finding]:
    return [finding for finding in findings if page_of(finding) == page]
