"""The border of the content folder: what an article, a model or the glossary may hold."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from commons.charters.answers import read_answer
from commons.charters.model import (
    Answer,
    ArticleText,
    Ask,
    AskType,
    CharterModel,
    Condition,
    Guard,
    Option,
    Place,
    SignaturePlace,
    Status,
    Term,
)
from commons.charters.typesetting import typeset
from commons.kernel.errors import InputError

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,62}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Raw = date | bool | int | str | list[str]


class Content(BaseModel):
    """What every piece of content has in common: nothing that was not asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class OptionIn(Content):
    value: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,62}$")]
    label: Line
    text: Line


class AskIn(Content):
    """A blank as its author declares it; its example and default must be valid answers."""

    question: Line
    type: AskType
    example: Raw
    help: str = ""
    required: bool = True
    default: Raw | None = None
    min: int | None = Field(None, ge=0)
    max: int | None = Field(None, ge=1)
    options: tuple[OptionIn, ...] = Field((), strict=False)

    @model_validator(mode="after")
    def _is_answerable(self) -> "AskIn":
        if (self.type in ("choice", "choices")) != bool(self.options):
            raise ValueError("options : pour choice et choices, et pour eux seuls")
        ask = self._bare("x")
        for name, given in (("example", self.example), ("default", self.default)):
            if given is not None:
                try:
                    read_answer(ask, given)
                except InputError as fault:
                    raise ValueError(f"{name} : {fault.text}") from fault
        return self

    def _bare(self, name: str, example: Answer = "", default: Answer | None = None) -> Ask:
        return Ask(
            name=name,
            question=typeset(self.question),
            type=self.type,
            example=example,
            help=typeset(self.help),
            required=self.required,
            default=default,
            min=self.min,
            max=self.max,
            options=tuple(
                Option(each.value, typeset(each.label), typeset(each.text))
                for each in self.options
            ),
        )

    def to_ask(self, name: str) -> Ask:
        bare = self._bare(name)
        default = None if self.default is None else read_answer(bare, self.default)
        return self._bare(name, read_answer(bare, self.example), default)


class LegalBasisIn(Content):
    text: Line
    supports: Line
    checked_on: date | None


class ArticleIn(Content):
    id: Identifier
    version: int = Field(ge=1)
    title: Line
    to_decide: str = ""
    uses: tuple[Name, ...] = Field((), strict=False)
    asks: Mapping[Name, AskIn] = Field(default_factory=dict)
    legal_basis: tuple[LegalBasisIn, ...] = Field((), strict=False)


class ConditionIn(Content):
    ask: Name
    equals: bool | int | str | None = None
    contains: str | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "ConditionIn":
        if (self.equals is None) == (self.contains is None):
            raise ValueError("une condition dit equals, ou contains")
        return self

    def to_condition(self) -> Condition:
        return Condition(self.ask, self.equals, self.contains)


class ArticleRef(Content):
    article: Identifier
    version: int = Field(ge=1)

    def found_in(self, articles: Mapping[tuple[str, int], ArticleText]) -> ArticleText:
        """Raises `KeyError` with its name if it is not there."""
        key = (self.article, self.version)
        if key not in articles:
            raise KeyError(f"l'article {self.article}@{self.version}")
        return articles[key]


class PlaceIn(ArticleRef):
    bis: bool = False
    when: tuple[ConditionIn, ...] = Field((), strict=False)


class SignatureIn(Content):
    party: Name
    name: Name | None = None
    quality: Name | None = None
    each: Name | None = None
    when: tuple[ConditionIn, ...] = Field((), strict=False)

    def to_place(self) -> SignaturePlace:
        when = tuple(each.to_condition() for each in self.when)
        named = (self.name or "", self.quality or "", self.each or "")
        return SignaturePlace(self.party, *named, when)


class GuardIn(Content):
    asks: tuple[Name, ...] = Field(min_length=1, strict=False)
    words: tuple[Line, ...] = Field(min_length=1, strict=False)
    reason: Line


class ModelIn(Content):
    id: Identifier
    version: int = Field(ge=1)
    title: Line
    subtitle: str = ""
    purpose: Line
    parties: tuple[Name, ...] = Field(min_length=2, strict=False)
    asks: Mapping[Name, AskIn]
    preamble: ArticleRef | None = None
    articles: tuple[PlaceIn, ...] = Field(min_length=1, strict=False)
    signatures: tuple[SignatureIn, ...] = Field(min_length=1, strict=False)
    guards: tuple[GuardIn, ...] = Field((), strict=False)
    glossary: tuple[Line, ...] = Field((), strict=False)

    def to_model(
        self,
        articles: Mapping[tuple[str, int], ArticleText],
        glossary: Mapping[str, Term],
        digest: str,
    ) -> CharterModel:
        """Raises `KeyError` with what is missing: an article or a word of the glossary."""
        for term in self.glossary:
            if term not in glossary:
                raise KeyError(f"le mot « {term} » du glossaire")
        return CharterModel(
            id=self.id,
            version=self.version,
            title=typeset(self.title),
            subtitle=typeset(self.subtitle),
            purpose=typeset(self.purpose),
            parties=self.parties,
            asks=tuple(ask.to_ask(name) for name, ask in self.asks.items()),
            preamble=self.preamble.found_in(articles) if self.preamble else None,
            places=tuple(
                Place(
                    each.found_in(articles),
                    tuple(condition.to_condition() for condition in each.when),
                    each.bis,
                )
                for each in self.articles
            ),
            signatures=tuple(each.to_place() for each in self.signatures),
            guards=tuple(Guard(g.asks, g.words, typeset(g.reason)) for g in self.guards),
            glossary=tuple(glossary[term] for term in self.glossary),
            digest=digest,
        )


class TermIn(Content):
    term: Line
    meaning: Line


class GlossaryIn(Content):
    id: Identifier
    version: int = Field(ge=1)
    terms: tuple[TermIn, ...] = Field(min_length=1, strict=False)


class SourceIn(Content):
    text: Line
    status: Status


class SourcesIn(Content):
    sources: tuple[SourceIn, ...] = Field(min_length=1, strict=False)
