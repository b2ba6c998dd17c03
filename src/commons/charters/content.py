"""Loads what `charters/` holds, refuses what is not well formed, and checks all of it."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from commons.charters.content_shapes import ArticleIn, GlossaryIn, ModelIn, SourcesIn
from commons.charters.model import ArticleText, Ask, CharterModel, LegalBasis, Status, Term
from commons.charters.rules import BLANK, all_articles, all_asks, draft_charter
from commons.charters.typesetting import prose_of, typeset
from commons.content import content_folder, lock_faults
from commons.kernel.errors import DomainError, NotFoundError
from commons.kernel.text import Text, t

Shape = TypeVar("Shape", bound=BaseModel)
_FRONT_MATTER = re.compile(r"---\n(.*?\n)---\n(.*)\Z", re.DOTALL)
_EXAMPLE_DAY = date(2026, 11, 23)


class ContentError(DomainError):
    """A file of the content folders cannot be used; the text names it and its fault."""

    code = "invalid-content"


def _refuse(file: Path, fault: str) -> ContentError:
    folder = "" if file.parent.name == "charters" else f"{file.parent.name}/"
    where = f"charters/{folder}{file.name}"
    return ContentError(t("{file} : {fault}", file=where, fault=fault))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise _refuse(file, "ce fichier ne peut pas être lu") from None


def _parse(file: Path, text: str, shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as fault:
        raise _refuse(file, f"ce n'est pas du YAML ({fault})") from None
    except ValidationError as fault:
        found = [
            f"{'.'.join(map(str, error['loc']))} : {error['msg']}" for error in fault.errors()
        ]
        raise _refuse(file, " ; ".join(found)) from None


def _decoded(file: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise _refuse(file, "ce fichier n'est pas en UTF-8") from None


def _load_sources(folder: Path) -> dict[str, Status]:
    file = folder / "sources.yaml"
    read = _parse(file, _decoded(file, _read(file)), SourcesIn)
    return {source.text: source.status for source in read.sources}


def _load_glossary(folder: Path) -> tuple[dict[str, Term], tuple[str, str]]:
    """The terms, and the key and digest of the file that holds them."""
    file = folder / "glossary.yaml"
    content = _read(file)
    read = _parse(file, _decoded(file, content), GlossaryIn)
    terms = {entry.term: Term(entry.term, typeset(entry.meaning)) for entry in read.terms}
    return terms, (f"{read.id}@{read.version}", hashlib.sha256(content).hexdigest())


def load_article(file: Path, sources: Mapping[str, Status]) -> ArticleText:
    """One article file. Raises `ContentError` for an unknown source or an undeclared blank."""
    content = _read(file)
    parts = _FRONT_MATTER.match(_decoded(file, content))
    if parts is None:
        raise _refuse(file, "il manque l'en-tête entre deux lignes « --- »")
    read = _parse(file, parts[1], ArticleIn)
    _check_name(file, read.id, read.version)
    article = ArticleText(
        id=read.id,
        version=read.version,
        title=typeset(read.title),
        asks=tuple(ask.to_ask(name) for name, ask in read.asks.items()),
        uses=tuple(read.uses),
        legal_basis=tuple(
            _basis(file, basis.text, basis.supports, basis.checked_on, sources)
            for basis in read.legal_basis
        ),
        body=prose_of(parts[2]),
        to_decide=typeset(read.to_decide),
        digest=hashlib.sha256(content).hexdigest(),
    )
    _check_blanks(file, article)
    return article


def _check_name(file: Path, identifier: str, version: int) -> None:
    expected = identifier if version == 1 else f"{identifier}.v{version}"
    if file.stem != expected:
        raise _refuse(file, f"ce fichier doit s'appeler {expected}{file.suffix}")


def _basis(
    file: Path, text: str, supports: str, checked_on: date | None, sources: Mapping[str, Status]
) -> LegalBasis:
    status = sources.get(text)
    if status is None:
        raise _refuse(file, f"« {text} » n'est pas dans sources.yaml")
    if (status == "AV") != (checked_on is None):
        raise _refuse(file, f"« {text} » : checked_on est vide si, et seulement si, il est AV")
    return LegalBasis(typeset(text), typeset(supports), status, checked_on)


def _check_blanks(file: Path, article: ArticleText) -> None:
    if not article.body:
        raise _refuse(file, "cet article n'a pas de texte")
    texts = [text for prose in article.body for text in prose.texts]
    blanks = {name for text in texts for name in BLANK.findall(text)}
    declared = {ask.name for ask in article.asks} | set(article.uses)
    for name in sorted(blanks - declared):
        raise _refuse(file, f"{{{name}}} n'est déclaré ni dans asks, ni dans uses")
    for name in sorted(declared - blanks):
        raise _refuse(file, f"{name} est déclaré mais n'est pas dans le texte")
    if any(set("{}") & set(BLANK.sub("", text)) for text in texts):
        raise _refuse(file, "une accolade ne fait partie d'aucun blanc")


@dataclass(frozen=True, slots=True)
class Charters:
    """All that is published: models by id (their newest version), and every digest."""

    models: Mapping[str, CharterModel]
    articles: tuple[ArticleText, ...]
    digests: Mapping[str, str]


def load_charters(folder: Path) -> Charters:
    """Everything in `folder`, or a `ContentError` that names the file and its fault."""
    sources = _load_sources(folder)
    glossary, frozen = _load_glossary(folder)
    files = sorted((folder / "articles").glob("*.md"))
    articles = tuple(load_article(file, sources) for file in files)
    known = {(article.id, article.version): article for article in articles}
    models: dict[str, CharterModel] = {}
    digests = {f"{article.id}@{article.version}": article.digest for article in articles}
    digests[frozen[0]] = frozen[1]
    for file in sorted((folder / "models").glob("*.yaml")):
        model = _load_model(file, known, glossary)
        digests[f"{model.id}@{model.version}"] = model.digest
        if model.id not in models or models[model.id].version < model.version:
            models[model.id] = model
    return Charters(models, articles, digests)


def _load_model(
    file: Path,
    articles: Mapping[tuple[str, int], ArticleText],
    glossary: Mapping[str, Term],
) -> CharterModel:
    content = _read(file)
    read = _parse(file, _decoded(file, content), ModelIn)
    _check_name(file, read.id, read.version)
    try:
        model = read.to_model(articles, glossary, hashlib.sha256(content).hexdigest())
    except KeyError as missing:
        raise _refuse(file, f"{missing.args[0]} n'existe pas") from None
    _check_model(file, model)
    return model


def _check_model(file: Path, model: CharterModel) -> None:
    asks = all_asks(model)
    owned = [ask.name for place in model.places for ask in place.article.asks]
    names = [ask.name for ask in model.asks] + owned
    for name in sorted({name for name in names if names.count(name) > 1}):
        raise _refuse(file, f"{name} est demandé deux fois")
    shared = {ask.name for ask in model.asks}
    for article in all_articles(model):
        for name in sorted(set(article.uses) - shared):
            raise _refuse(file, f"{article.id} emploie {name}, que le modèle ne demande pas")
    conditions = [place.when for place in model.places]
    conditions += [signing.when for signing in model.signatures]
    referred = {condition.ask for when in conditions for condition in when}
    referred |= set(model.parties) | {name for guard in model.guards for name in guard.asks}
    referred |= {
        name
        for signing in model.signatures
        for name in (signing.party, signing.name, signing.quality, signing.each)
        if name
    }
    referred |= set(BLANK.findall(model.subtitle))
    for name in sorted(referred - asks.keys()):
        raise _refuse(file, f"{name} n'est demandé nulle part")


@cache
def _published() -> Charters:
    return load_charters(content_folder("charters"))


def charter_model(identifier: str) -> CharterModel:
    """The newest published version of a model; `NotFoundError` if there is none."""
    model = _published().models.get(identifier)
    if model is None:
        raise NotFoundError(t("Il n'y a pas de charte « {name} ».", name=identifier[:60]))
    return model


def charter_models() -> tuple[CharterModel, ...]:
    """Every published model, by id."""
    return tuple(model for _, model in sorted(_published().models.items()))


def examples_of(asks: Iterable[Ask]) -> dict[str, object]:
    """The example answer of each blank, as someone would type them all."""
    return {ask.name: ask.example for ask in asks}


def check_content() -> list[Text]:
    """Every fault of `charters/`: what does not load, does not render, or was unfrozen."""
    try:
        charters = load_charters(content_folder("charters"))
    except ContentError as fault:
        return [fault.text]
    faults = lock_faults("charters", charters.digests)
    used = {article.id for model in charters.models.values() for article in all_articles(model)}
    for model in charters.models.values():
        for variant in (True, False):
            faults += _render_faults(model, variant=variant)
    faults += [
        t("L'article {id} n'est dans aucun modèle.", id=identifier)
        for identifier in sorted({article.id for article in charters.articles} - used)
    ]
    return faults


def _render_faults(model: CharterModel, *, variant: bool) -> list[Text]:
    """Draft the charter with its examples, every yes-or-no question answered `variant`."""
    asks = all_asks(model)
    raw = examples_of(asks.values())
    raw |= {name: variant for name, ask in asks.items() if ask.type == "boolean"}
    raw |= {
        name: tuple(option.value for option in ask.options)
        for name, ask in asks.items()
        if ask.type == "choices"
    }
    draft: Callable[..., object] = draft_charter
    try:
        draft(model, raw, dated=_EXAMPLE_DAY, reference="EXEMPLE")
    except DomainError as fault:
        return [t("{model} : {fault}", model=model.id, fault=str(fault))]
    return []
