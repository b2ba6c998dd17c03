"""Which articles are in a charter, what they say once filled, and its form for machines."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from commons.charters.answers import guard_faults, read_answers, unknown_faults
from commons.charters.model import (
    Answer,
    Answers,
    ArticleText,
    Ask,
    CharterModel,
    CommonsParty,
    Condition,
    LegalBasis,
    Place,
    Prose,
    PublicParty,
    SignaturePlace,
)
from commons.documents.blocks import (
    Article,
    Attachment,
    Block,
    Document,
    Facts,
    Heading,
    Inline,
    Items,
    Leaf,
    Paragraph,
    Run,
    Signature,
    Signatures,
    Table,
)
from commons.documents.dates import in_french
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import t

BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")
SEMICOLON = "\u202f;"
ENDINGS = " ;.\u202f\u00a0"
TO_CHECK = "à vérifier"
READ = {
    "V-code": "texte lu le {day}",
    "V-JO": "lu au Journal officiel le {day}",
    "V-2e": "lu le {day} dans des sources secondaires",
}


def all_articles(model: CharterModel) -> list[ArticleText]:
    """Every article a charter of this model may have, its preamble first."""
    preamble = [model.preamble] if model.preamble else []
    return [*preamble, *(place.article for place in model.places)]


def all_asks(model: CharterModel) -> dict[str, Ask]:
    """Every blank of the model by name, shared ones first, then in the order of articles."""
    owned = [ask for article in all_articles(model) for ask in article.asks]
    return {ask.name: ask for ask in (*model.asks, *owned)}


def holds(conditions: Sequence[Condition], answers: Mapping[str, Answer]) -> bool:
    """Whether every condition holds; one about a question without answer does not."""
    for condition in conditions:
        answer = answers.get(condition.ask)
        if condition.contains is not None:
            if not isinstance(answer, tuple) or condition.contains not in answer:
                return False
        elif answer is None or answer != condition.equals:
            return False
    return True


def places_in(model: CharterModel, answers: Answers) -> tuple[Place, ...]:
    """The articles that these answers bring in, in order."""
    return tuple(place for place in model.places if holds(place.when, answers))


def questions(model: CharterModel, raw: Mapping[str, object]) -> tuple[Ask, ...]:
    """What must still be shown to whoever answers: a question appears with its article."""
    asks = all_asks(model)
    answers, _ = read_answers(asks.values(), raw)
    wanted = {ask.name for ask in model.asks if _is_needed(model, ask.name, answers)}
    for article in _articles(model, answers):
        wanted |= {ask.name for ask in article.asks}
    return tuple(ask for name, ask in asks.items() if name in wanted)


def _articles(model: CharterModel, answers: Answers) -> list[ArticleText]:
    preamble = [model.preamble] if model.preamble else []
    return [*preamble, *(place.article for place in places_in(model, answers))]


def _is_needed(model: CharterModel, name: str, answers: Answers) -> bool:
    """A shared blank is asked where an article uses it, a condition reads it or one signs."""
    used = any(name in article.uses for article in _articles(model, answers))
    conditions = [c for place in model.places for c in place.when]
    signing = [s for s in model.signatures if holds(s.when, answers)]
    return (
        used
        or name in model.parties
        or any(condition.ask == name for condition in conditions)
        or any(name in (s.party, s.name, s.quality, s.each) for s in signing)
    )


def check_answers(model: CharterModel, raw: Mapping[str, object]) -> Answers:
    """The answers this charter uses, each in its type.

    Raises `InputError` with one `FieldError` for each fault: a question without answer, an
    answer of the wrong kind or out of bounds, one to a question nobody asked, an optional
    answer without the one it goes with, and what a charter may not promise.
    """
    asked = questions(model, raw)
    answers, faults = read_answers(asked, raw)
    faults += unknown_faults(all_asks(model), raw)
    faults += guard_faults(model.guards, answers)
    broken = {fault.field for fault in faults}
    faults += [fault for fault in _halves(model, answers) if fault.field not in broken]
    if faults:
        names = ", ".join(sorted({fault.field for fault in faults}))
        text = t("La charte ne peut pas être écrite ; à revoir : {names}.", names=names)
        raise InputError(text, faults)
    return answers


def _halves(model: CharterModel, answers: Answers) -> Iterator[FieldError]:
    """Optional blanks of one sentence are answered together or not at all."""
    asks = all_asks(model)
    for article in _articles(model, answers):
        for text in (text for prose in article.body for text in prose.texts):
            optional = [n for n in BLANK.findall(text) if not asks[n].required]
            missing = [name for name in optional if name not in answers]
            if missing and len(missing) < len(optional):
                for name in missing:
                    question = asks[name].question
                    yield FieldError(name, t("Répondez aussi : {question}", question=question))


def draft_charter(
    model: CharterModel,
    raw: Mapping[str, object],
    *,
    dated: date,
    reference: str,
    code: str = "",
) -> Document:
    """The whole charter, its machine-readable form attached.

    Raises `InputError` as `check_answers` does; nothing is written with a blank left empty.
    """
    answers = check_answers(model, raw)
    asks = all_asks(model)
    places = places_in(model, answers)
    data = charter_data(model, answers, dated=dated, reference=reference)
    blocks: list[Block] = []
    if model.preamble:
        blocks.append(Heading(model.preamble.title))
        blocks.extend(_body(model.preamble, asks, answers))
    blocks.extend(_article(place, asks, answers) for place in places)
    blocks.append(Signatures(tuple(_signatures(model, answers))))
    blocks.extend(_annexes(model, places))
    return Document(
        title=model.title,
        subtitle=_words(fill(model.subtitle, asks, answers)),
        blocks=tuple(blocks),
        dated=dated,
        reference=reference,
        parties=tuple(str(answers[name]) for name in model.parties),
        author=str(answers[model.parties[0]]),
        code=code,
        attachments=(
            Attachment("charte.json", "application/json", data, "Les réponses de la charte"),
        ),
    )


def charter_data(
    model: CharterModel, answers: Answers, *, dated: date, reference: str
) -> bytes:
    """The charter for machines: canonical JSON (sorted keys, no spaces, UTF-8).

    Names each article by number, id, version and SHA-256 of its file, so that anyone can
    tell which published texts were signed. Dates are ISO 8601.
    """
    told = {
        "format": "commons-charter-1",
        "reference": reference,
        "dated": dated.isoformat(),
        "model": {"id": model.id, "version": model.version, "sha256": model.digest},
        "articles": [
            {
                "number": number,
                "id": place.article.id,
                "version": place.article.version,
                "sha256": place.article.digest,
            }
            for number, place in numbered(places_in(model, answers))
        ],
        "answers": {name: _plain(answer) for name, answer in answers.items()},
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(answer: Answer) -> str | int | bool | list[str]:
    if isinstance(answer, date):
        return answer.isoformat()
    return list(answer) if isinstance(answer, tuple) else answer


def numbered(places: Sequence[Place]) -> Iterator[tuple[str, Place]]:
    """Each article with its number, « 1 » or « 1 bis »."""
    number = 0
    for place in places:
        number += not place.bis
        yield (f"{number} bis" if place.bis else str(number)), place


def _article(place: Place, asks: Mapping[str, Ask], answers: Answers) -> Article:
    article = place.article
    leaves = list(_body(article, asks, answers))
    if article.to_decide and isinstance(leaves[0], Paragraph):
        leaves[0] = Paragraph(leaves[0].text, leaves[0].note, comment=article.to_decide)
    if article.legal_basis:
        cited = " ; ".join(_cited(basis) for basis in article.legal_basis)
        leaves.append(Paragraph(f"Textes cités : {cited}.", note=True))
    return Article(article.title, tuple(leaves), bis=place.bis)


def _cited(basis: LegalBasis) -> str:
    return basis.text if basis.checked_on else f"{basis.text} ({TO_CHECK})"


def _body(article: ArticleText, asks: Mapping[str, Ask], answers: Answers) -> Iterator[Leaf]:
    for prose in article.body:
        texts = [text for text in prose.texts if _is_answered(text, answers)]
        if prose.kind == "items":
            items = tuple(item for text in texts for item in _items(text, asks, answers))
            if items:
                yield Items(_punctuated(items))
        elif texts and _is_list(prose, asks):
            yield Items(_punctuated(tuple(_items(texts[0], asks, answers))))
        elif texts:
            yield Paragraph(fill(texts[0], asks, answers), note=prose.kind == "note")


def _is_answered(text: str, answers: Answers) -> bool:
    """A sentence whose optional blank has no answer is left out."""
    return all(name in answers for name in BLANK.findall(text))


def _is_list(prose: Prose, asks: Mapping[str, Ask]) -> bool:
    alone = BLANK.fullmatch(prose.texts[0])
    return alone is not None and asks[alone[1]].type in ("list", "choices")


def _items(text: str, asks: Mapping[str, Ask], answers: Answers) -> Iterator[Inline]:
    """A blank that holds a list, alone in an item, becomes as many items."""
    alone = BLANK.fullmatch(text)
    if alone and asks[alone[1]].type in ("list", "choices"):
        yield from _said(asks[alone[1]], answers[alone[1]])
    else:
        yield fill(text, asks, answers)


def _punctuated(items: Sequence[Inline]) -> tuple[Inline, ...]:
    """Each item ends with a semicolon and the last with a full stop, however it was typed."""
    last = len(items) - 1
    ends = ("." if index == last else SEMICOLON for index in range(len(items)))
    return tuple(_ended(item, end) for item, end in zip(items, ends, strict=True))


def _ended(item: Inline, end: str) -> Inline:
    if isinstance(item, str):
        return item.rstrip(ENDINGS) + end
    *before, final = item
    if final.href:
        return (*item, Run(end))
    return (*before, replace(final, text=final.text.rstrip(ENDINGS) + end))


def fill(text: str, asks: Mapping[str, Ask], answers: Answers) -> Inline:
    """`text` with its blanks filled; `**words**` are bold, addresses become links."""
    runs: list[Run] = []
    for index, stretch in enumerate(text.split("**")):
        for place, part in enumerate(BLANK.split(stretch)):
            if place % 2:
                said = ", ".join(_said(asks[part], answers[part]))
                href = said if asks[part].type == "url" else None
                runs.append(Run(said, bold=index % 2 == 1, href=href))
            elif part:
                runs.append(Run(part, bold=index % 2 == 1))
    if any(run.bold or run.href for run in runs):
        return tuple(runs)
    return "".join(run.text for run in runs)


def _words(inline: Inline) -> str:
    return inline if isinstance(inline, str) else "".join(run.text for run in inline)


def _said(ask: Ask, answer: Answer) -> tuple[str, ...]:
    """An answer in the words of the charter."""
    if ask.options:
        chosen = answer if isinstance(answer, tuple) else (str(answer),)
        return tuple(option.text for option in ask.options if option.value in chosen)
    if isinstance(answer, tuple):
        return answer
    if isinstance(answer, date):
        return (in_french(answer),)
    if ask.type == "siret":
        digits = str(answer)
        return ("\u202f".join((digits[:3], digits[3:6], digits[6:9], digits[9:])),)
    return (str(answer),)


def _signatures(model: CharterModel, answers: Answers) -> Iterator[Signature]:
    for place in model.signatures:
        if holds(place.when, answers) and place.party in answers:
            yield from _signing(place, answers)


def _signing(place: SignaturePlace, answers: Answers) -> Iterator[Signature]:
    party = str(answers[place.party])
    each = answers.get(place.each, ())
    if isinstance(each, tuple) and each:
        for person in each:
            name, _, quality = person.partition(",")
            yield Signature(party, name.strip(), quality.strip())
    else:
        known = (str(answers.get(blank, "")) for blank in (place.name, place.quality))
        yield Signature(party, *known)


def _annexes(model: CharterModel, places: Sequence[Place]) -> Iterator[Block]:
    rows = tuple(
        (number, basis.text, basis.supports, _verification(basis))
        for number, place in numbered(places)
        for basis in place.article.legal_basis
    )
    if rows:
        yield Heading("Annexe – Textes cités")
        head = ("Art.", "Texte", "Ce qu’il appuie", "Vérification")
        yield Table(head, rows, "llll", widths=(0.6, 2.5, 3.0, 1.6))
    if model.glossary:
        yield Heading("Annexe – Mots employés")
        yield Facts(tuple((term.term, term.meaning) for term in model.glossary))


def _verification(basis: LegalBasis) -> str:
    if basis.checked_on is None:
        return TO_CHECK
    return READ[basis.status].format(day=in_french(basis.checked_on))


def answers_from(commons: CommonsParty, collectivite: PublicParty) -> dict[str, Answer]:
    """The answers that the registry already knows; what it does not know is left out."""
    known: dict[str, Answer | None] = {
        "public_name": collectivite.name,
        "public_siret": collectivite.siret,
        "public_address": collectivite.address,
        "public_representative": collectivite.representative,
        "public_quality": collectivite.quality,
        "deliberation_number": collectivite.deliberation_number,
        "deliberation_on": collectivite.deliberation_on,
        "commons_name": commons.name,
        "resource": commons.resource,
        "community": commons.community,
        "rules_url": commons.rules_url,
        "commons_licence": commons.licence,
        "territory": commons.territory,
        "legal_personality": commons.legal_personality,
    }
    if commons.legal_personality:
        known |= {
            "commons_legal_name": commons.legal_name,
            "commons_legal_form": commons.legal_form,
            "commons_registration": commons.registration,
            "commons_representative": commons.representative,
            "commons_quality": commons.quality,
        }
    else:
        known |= {
            "signatories": commons.signatories,
            "carrier_name": commons.carrier_name,
            "carrier_siret": commons.carrier_siret,
        }
    return {name: answer for name, answer in known.items() if answer not in (None, "", ())}
