"""The reasons of an election as sentences, each true of the numbers that it names.

Amounts in sentences are rounded down to the cent; the data keep them exact.
Source: DESIGN §6, explanations.
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from commons.allocation.counting import Counted, OneMore
from commons.allocation.election import WITH_POINTS, Election
from commons.allocation.election_reasons import (
    Bought,
    ByVotes,
    Cause,
    Dripped,
    Reason,
    Unfunded,
)
from commons.kernel.money import to_the_cent
from commons.kernel.text import Text, how_many, t

NAMED_MAX = 12
"""Up to this many proposals are named in a sentence."""


def support(election: Election, votes: int) -> Text:
    """« 12 voix », or « 12 points » where people gave points."""
    if election.vote_type in WITH_POINTS:
        return how_many(
            votes, none=t("aucun point"), one=t("1 point"), many=t("{count} points")
        )
    return how_many(votes, none=t("aucune voix"), one=t("1 voix"), many=t("{count} voix"))


def amount(election: Election, value: Fraction) -> Text:
    """An amount rounded down to the cent, with the currency that the file names."""
    if not (unit := currency(election)):
        return Text("{amount}", {"amount": to_the_cent(value)})
    return Text("{amount}\u00a0{unit}", {"amount": to_the_cent(value), "unit": unit})


def currency(election: Election) -> str:
    """`€`, or the code that the file gives; nothing where it says nothing."""
    code = election.meta.get("currency", "").strip()[:12]
    return "€" if code == "EUR" else code


class Teller:
    """Tells the reasons of one election, naming each proposal by `label` of its place."""

    def __init__(self, election: Election, label: Callable[[int], str]) -> None:
        self.election, self.label = election, label

    def sentences(self, reason: Reason) -> list[Text]:
        """One reason as whole sentences; the first names the proposal."""
        match reason:
            case Bought():
                return [self._bought(reason)]
            case ByVotes():
                return [self._by_votes(reason)]
            case Dripped():
                text = t(
                    "« {name} » : {votes}. Achetée par ses soutiens quand chaque personne "
                    "avait reçu {given}.",
                    **self._said(reason),
                    given=amount(self.election, reason.given),
                )
                return [text]
            case Unfunded():
                return self._unfunded(reason)

    def text(self, reason: Reason) -> Text:
        """The sentences of a reason, one after the other."""
        return together(self.sentences(reason))

    def _said(self, reason: Reason) -> dict[str, Text | str]:
        return {
            "name": self.label(reason.place),
            "votes": support(self.election, reason.votes),
            "cost": amount(self.election, reason.cost),
        }

    def _names(self, places: Iterable[int]) -> str:
        return listed(self.label, list(places))

    def _bought(self, reason: Bought) -> Text:
        said = self._said(reason)
        if not reason.cost:
            return t(
                "« {name} » : {votes}. Elle ne coûte rien, il suffit qu'on la choisisse.",
                **said,
            )
        said["payment"] = amount(self.election, reason.payment)
        short = reason.all_they_had
        if reason.by_points:
            return how_many(
                short,
                none=t(
                    "« {name} » : {votes}. Ses soutiens se partagent {cost} : {payment} par "
                    "point.",
                    **said,
                ),
                one=t(
                    "« {name} » : {votes}. Ses soutiens se partagent {cost} : {payment} par "
                    "point, sauf une personne, qui n'avait plus assez et a donné tout ce qui "
                    "lui restait.",
                    **said,
                ),
                many=t(
                    "« {name} » : {votes}. Ses soutiens se partagent {cost} : {payment} par "
                    "point, sauf {count} personnes, qui n'avaient plus assez et ont donné tout "
                    "ce qui leur restait.",
                    **said,
                ),
            )
        return how_many(
            short,
            none=t(
                "« {name} » : {votes}. Ses soutiens se partagent {cost} : {payment} chacun.",
                **said,
            ),
            one=t(
                "« {name} » : {votes}. Ses soutiens se partagent {cost} : {payment} chacun, "
                "sauf une personne, qui n'avait plus assez et a donné tout ce qui lui restait.",
                **said,
            ),
            many=t(
                "« {name} » : {votes}. Ses soutiens se partagent {cost} : {payment} chacun, "
                "sauf {count} personnes, qui n'avaient plus assez et ont donné tout ce qui "
                "leur restait.",
                **said,
            ),
        )

    def _by_votes(self, reason: ByVotes) -> Text:
        said = self._said(reason) | {"left": amount(self.election, reason.left)}
        if reason.after_shares:
            return t(
                "« {name} » : {votes}. Financée ensuite par le nombre de voix : {cost} sur les "
                "{left} qui restaient à son tour.",
                **said,
            )
        return t(
            "« {name} » : {votes}. Financée par le nombre de voix : {cost} sur les {left} qui "
            "restaient à son tour.",
            **said,
        )

    def _unfunded(self, reason: Unfunded) -> list[Text]:
        said = self._said(reason)
        match reason.cause:
            case Cause.NOBODY:
                return [t("« {name} » : {votes}, elle ne peut donc pas être financée.", **said)]
            case Cause.BACKERS:
                return self._short_of_money(reason, said)
            case Cause.OVER_BUDGET:
                text = t(
                    "« {name} » : {votes}. Non financée : elle coûte plus que le budget.",
                    **said,
                )
                return [text]
            case Cause.THRESHOLD:
                text = t(
                    "« {name} » : {votes}. Non financée : il en fallait au moins {threshold}.",
                    **said,
                    threshold=reason.threshold or 0,
                )
                return [text]
            case Cause.NO_ROOM:
                return self._no_room(reason, said)
            case _:
                return self._stopped(reason, said)

    def _short_of_money(self, reason: Unfunded, said: dict[str, Text | str]) -> list[Text]:
        said = said | {"held": amount(self.election, reason.held or Fraction(0))}
        if reason.have_paid:
            text = t(
                "« {name} » : {votes}. Non financée : après d'autres achats, ses soutiens "
                "n'avaient ensemble plus que {held} sur {cost}.",
                **said,
            )
        else:
            text = t(
                "« {name} » : {votes}. Non financée : ses soutiens n'ont ensemble que {held} "
                "sur {cost}.",
                **said,
            )
        texts = [text]
        if reason.overtaken_by:
            texts.append(
                t(
                    "Moins choisies, mais payées par leurs soutiens : {names}.",
                    names=self._names(reason.overtaken_by),
                )
            )
        if reason.left is not None:
            left = amount(self.election, reason.left)
            text = t("Puis, au nombre de voix, il ne restait à son tour que {left}.", left=left)
            texts += [text, *self._fitted(reason)]
        return texts

    def _fitted(self, reason: Unfunded) -> list[Text]:
        if not reason.fitted:
            return []
        names = self._names(reason.fitted)
        return [t("Moins choisies, mais qui tenaient dans ce reste : {names}.", names=names)]

    def _no_room(self, reason: Unfunded, said: dict[str, Text | str]) -> list[Text]:
        said = said | {"left": amount(self.election, reason.left or Fraction(0))}
        if reason.held is not None:
            return [
                t(
                    "« {name} » : {votes}. Non financée : quand ses soutiens ont eu ensemble "
                    "{cost}, il ne restait que {left} du budget. Le décompte s'arrête là.",
                    **said,
                )
            ]
        text = t(
            "« {name} » : {votes}. Non financée : à son tour, il ne restait que {left} pour "
            "{cost}.",
            **said,
        )
        if reason.ends:
            return [text, t("Le décompte s'arrête là.")]
        return [text, *self._fitted(reason)]

    def _stopped(self, reason: Unfunded, said: dict[str, Text | str]) -> list[Text]:
        said = said | {"ends": self._names(reason.ends)}
        if reason.cause is Cause.STOPPED_BESIDE:
            return [
                t(
                    "« {name} » : {votes}. Non financée : ses soutiens ont eu ensemble {cost} "
                    "en même temps que ceux d'autres, qui ne tenaient plus dans le budget : "
                    "{ends}. Le décompte s'arrête là.",
                    **said,
                )
            ]
        if reason.held is None:
            return [
                t(
                    "« {name} » : {votes}. Non financée : le décompte s'est arrêté avant, à la "
                    "première qui ne tenait plus : {ends}.",
                    **said,
                )
            ]
        return [
            t(
                "« {name} » : {votes}. Non financée : quand le décompte s'est arrêté, à ce qui "
                "ne tenait plus dans le budget ({ends}), ses soutiens n'avaient ensemble que "
                "{held} sur {cost}.",
                **said,
                held=amount(self.election, reason.held),
            )
        ]

    def notes(self, result: Counted) -> list[Text]:
        """What was decided along the way, where Equal Shares was counted."""
        outcome = result.outcome
        if outcome is None:
            return []
        notes = []
        if outcome.is_kept:
            share = amount(self.election, outcome.endowment)
            notes.append(t("Chaque personne dispose de {share}.", share=share))
        if outcome.is_kept and outcome.added:
            more = amount(self.election, Fraction(outcome.added))
            text = t("C'est {more} de plus que sa part, ajoutés un à un (add1).", more=more)
            notes.append(text)
        if (vote := outcome.comparison) is not None:
            notes.append(
                t(
                    "Personnes qui soutiennent plus de propositions retenues par les parts "
                    "égales : {mine} ; par le seul nombre de voix : {theirs}.",
                    mine=vote.prefer_equal_shares,
                    theirs=vote.prefer_greedy,
                )
            )
            kept = t("Le résultat des parts égales est donc gardé.")
            notes.append(kept if vote.kept else t("On revient donc au nombre de voix."))
        return notes

    def changes(self, change: OneMore) -> list[Text]:
        """What one more unit of money in the budget would have changed."""
        more = t("une unité de monnaie")
        if unit := currency(self.election):
            more = Text("1\u00a0{unit}", {"unit": unit})
        if not change.gained and not change.lost:
            return [t("Avec {more} de plus dans le budget, rien ne changerait.", more=more)]
        notes = []
        if change.gained:
            names = self._names(change.gained)
            text = t(
                "Avec {more} de plus dans le budget, seraient aussi financées : {names}.",
                more=more,
                names=names,
            )
            notes.append(text)
        if change.lost:
            names = self._names(change.lost)
            text = t(
                "Avec {more} de plus dans le budget, ne seraient plus financées : {names}.",
                more=more,
                names=names,
            )
            notes.append(text)
        return notes


def together(texts: Sequence[Text]) -> Text:
    """Whole sentences one after the other."""
    whole = texts[0]
    for text in texts[1:]:
        whole = Text("{first} {next}", {"first": whole, "next": text})
    return whole


def listed(label: Callable[[int], str], places: Sequence[int]) -> str:
    """« one », « two »; beyond `NAMED_MAX`, an ellipsis and how many there are."""
    names = ", ".join(f"« {label(place)} »" for place in places[:NAMED_MAX])
    left = len(places) - NAMED_MAX
    return names if left <= 0 else f"{names}… (+{left})"
