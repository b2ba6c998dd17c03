"""What a charter is made of: articles with blanks, and a model that puts them in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

Answer: TypeAlias = str | int | bool | date | tuple[str, ...]
Answers: TypeAlias = Mapping[str, Answer]

AskType: TypeAlias = Literal[
    "text", "list", "date", "integer", "boolean", "choice", "choices", "spdx", "url", "siret"
]
Status: TypeAlias = Literal["V-code", "V-JO", "V-2e", "AV"]
"""How a legal text was read: in the code, in the official journal, in secondary sources that
agree, or not yet (« à vérifier »)."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: `value` in data, `label` in the form, `text` in the charter."""

    value: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A declared blank.

    `min` and `max` bound an integer, count what is listed or chosen, and for a text `max`
    is its length.
    """

    name: str
    question: str
    type: AskType
    example: Answer
    help: str = ""
    required: bool = True
    default: Answer | None = None
    min: int | None = None
    max: int | None = None
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A text of law and what it supports; `checked_on` is empty until it has been read."""

    text: str
    supports: str
    status: Status
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph, a small note, or the items of a list, with `{blanks}` in the texts."""

    kind: Literal["paragraph", "note", "items"]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticleText:
    """A published article. `uses` are blanks the model declares for several articles."""

    id: str
    version: int
    title: str
    asks: tuple[Ask, ...]
    uses: tuple[str, ...]
    legal_basis: tuple[LegalBasis, ...]
    body: tuple[Prose, ...]
    to_decide: str
    """What the parties still have to weigh here; a margin comment in the DOCX."""
    digest: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when the answer to `ask` equals `equals`, or when `contains` was chosen in it."""

    ask: str
    equals: Answer | None = None
    contains: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An article in a model, in only when every condition of `when` holds."""

    article: ArticleText
    when: tuple[Condition, ...] = ()
    bis: bool = False


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """Who signs: names of blanks. `each` is a list of which every item signs."""

    party: str
    name: str = ""
    quality: str = ""
    each: str = ""
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """Words that may not stand in the answers to `asks`, and why."""

    asks: tuple[str, ...]
    words: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary and its one meaning."""

    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class CharterModel:
    """An ordered list of articles. `parties` are the blanks that name who is bound."""

    id: str
    version: int
    title: str
    subtitle: str
    purpose: str
    parties: tuple[str, ...]
    asks: tuple[Ask, ...]
    preamble: ArticleText | None
    places: tuple[Place, ...]
    signatures: tuple[SignaturePlace, ...]
    guards: tuple[Guard, ...]
    glossary: tuple[Term, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class CommonsParty:
    """What the registry knows of a commons, for the first answers of a charter.

    With `legal_personality` the names are those of its legal body; without, `signatories`
    sign (« nom, qualité ») and a carrier may act for them.
    """

    name: str
    resource: str = ""
    community: str = ""
    rules_url: str = ""
    licence: str = ""
    territory: str = ""
    legal_personality: bool = False
    legal_name: str = ""
    legal_form: str = ""
    registration: str = ""
    representative: str = ""
    quality: str = ""
    signatories: tuple[str, ...] = ()
    carrier_name: str = ""
    carrier_siret: str = ""


@dataclass(frozen=True, slots=True)
class PublicParty:
    """The collectivité that signs, and the deliberation that lets it."""

    name: str
    siret: str = ""
    address: str = ""
    representative: str = ""
    quality: str = ""
    deliberation_number: str = ""
    deliberation_on: date | None = None
