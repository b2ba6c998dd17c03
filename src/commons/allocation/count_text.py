"""How an election is counted, as text and lists: what round files and recipes hold.

Source: docs/round.md, `election`.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from commons.allocation.completion import COMPLETIONS, Completion
from commons.allocation.conversion import Conversion
from commons.allocation.counting import BALLOT_RULES, Count
from commons.allocation.equal_shares import UTILITIES
from commons.kernel.errors import InputError
from commons.kernel.text import t

OPTIONS = ("exhaustive", "integral", "comparison", "no-skip")
KEYS = frozenset({"rule", "utility", "completion", "options", "convert", "threshold"})
Said: TypeAlias = "dict[str, str | list[str]]"


def count_object(count: Count) -> Said:
    """Rule, utility and completion; then, where they are not as usual, the others."""
    done = count.completion
    found: Said = {"rule": count.rule, "utility": done.utility, "completion": done.method}
    chosen = (done.exhaustive, done.integral, done.comparison, not count.skipping)
    options = [name for name, is_on in zip(OPTIONS, chosen, strict=True) if is_on]
    if options:
        found["options"] = options
    if count.conversion is not None:
        found["convert"] = count.conversion.value
    if count.threshold:
        found["threshold"] = str(count.threshold)
    return found


def count_from(value: Mapping[str, Any]) -> Count:
    """What `count_object` wrote. Raises as Python does for anything else."""
    options = value.get("options", [])
    completion = Completion(
        str(value.get("utility")),
        str(value.get("completion")),
        exhaustive="exhaustive" in options,
        integral="integral" in options,
        comparison="comparison" in options,
    )
    return Count(
        str(value.get("rule")),
        completion,
        Conversion(value["convert"]) if "convert" in value else None,
        skipping="no-skip" not in options,
        threshold=int(value.get("threshold", "0")),
    )


def chosen_count(value: object) -> Count:
    """How a person chose to count: what is left out is as `commons allocate` has it.

    Raises `InputError` for what is unknown and for what the rule would pass over.
    """
    if not isinstance(value, Mapping) or (unknown := sorted(set(value) - KEYS)):
        name = ", ".join(unknown) if isinstance(value, Mapping) else str(value)
        text = t("« {name} » ne dit rien d'une façon de compter des votes.", name=name[:80])
        raise InputError(text)
    said = {"rule": "equal-shares", "utility": "cost", "completion": "none", **value}
    known: dict[str, tuple[str, ...]] = {
        "rule": tuple(BALLOT_RULES),
        "utility": UTILITIES,
        "completion": COMPLETIONS,
        "convert": tuple(each.value for each in Conversion),
    }
    for key, names in known.items():
        if key in said and said[key] not in names:
            raise _unknown(str(said[key]), key, names)
    options, threshold = said.get("options", []), said.get("threshold", "0")
    if not isinstance(options, list) or any(each not in OPTIONS for each in options):
        raise _unknown(str(options), "options", OPTIONS)
    if not isinstance(threshold, str) or not (threshold.isascii() and threshold.isdigit()):
        raise _unknown(str(threshold), "threshold", ("1", "2", "3…"))
    count = count_from(said)
    _refuse_useless(count)
    return count


def _unknown(name: str, key: str, names: tuple[str, ...]) -> InputError:
    return InputError(
        t(
            "« {name} » ne peut pas être « {key} » d'un vote : {known}.",
            name=name[:40],
            key=key,
            known=", ".join(names),
        )
    )


def _refuse_useless(count: Count) -> None:
    if count.rule != "equal-shares" and count.completion != Completion():
        raise InputError(
            t(
                "« utility », « completion » et leurs options ne changent rien à la règle "
                "« {name} » : retirez-les.",
                name=count.rule,
            )
        )
    if count.completion.exhaustive and count.completion.method not in {"add1", "add1u"}:
        raise InputError(t("« exhaustive » ne vaut qu'avec la complétion add1 ou add1u."))
    if count.rule != "greedy" and (not count.skipping or count.threshold):
        raise InputError(t("« no-skip » et « threshold » ne valent que pour « greedy »."))
