"""The YAML of a dossier, written so that a person can read it and `read_yaml` gives it back."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias, Union

import yaml

from commons.kernel.errors import InputError
from commons.kernel.text import t
from commons.procurement.dossier_file import check_content
from commons.strict_yaml import SIZE_MAX_BYTES, StrictLoader, read_yaml

Raw: TypeAlias = Union[str, bool, list["Raw"], dict[str, "Raw"]]  # noqa: UP007 -- a recursive alias in quotes could not be joined with None
"""What a dossier file holds before it is checked: texts, true and false, lists, keys."""

Fields: TypeAlias = dict[str, Raw]

_LINE_MAX = 90
_UNUSUAL_BREAK = re.compile("[\\r\\x85\\u2028\\u2029\\ufeff]")


class _Writer(yaml.SafeDumper):
    """Quotes only what the strict reader would not take for a text."""

    yaml_implicit_resolvers = StrictLoader.yaml_implicit_resolvers

    def increase_indent(
        self,
        flow: bool = False,  # noqa: FBT001, FBT002 -- the signature is PyYAML's
        indentless: bool = False,  # noqa: ARG002, FBT001, FBT002 -- as above
    ) -> None:
        super().increase_indent(flow, False)  # noqa: FBT003 -- as above

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 -- the signature is PyYAML's
        return True


def _text(writer: _Writer, text: str) -> yaml.ScalarNode:
    style = None
    if text != text.strip() or _UNUSUAL_BREAK.search(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    elif len(text) > _LINE_MAX:
        style = ">"
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style)


_Writer.add_representer(str, _text)


def raw(value: object) -> Raw:
    if isinstance(value, Mapping):
        return {str(key): raw(item) for key, item in value.items() if item is not None}
    if isinstance(value, (tuple, list)):
        return [raw(item) for item in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def fields_of(text: str) -> Fields:
    """The keys of a dossier that is readable, in the order of `docs/dossier.md`.

    What a key would be without being written is left out.
    """
    file = check_content(read_yaml(text))
    values = file.model_dump(exclude_defaults=True)
    return {key: raw(value) for key, value in values.items() if value is not None}


def write_dossier(fields: Fields, comments: Iterable[str] = ()) -> str:
    """The file of a dossier; `comments` come first, one a line."""
    head = "".join(f"{comment}\n" for comment in comments)
    body = yaml.dump(
        fields,
        Dumper=_Writer,
        sort_keys=False,
        allow_unicode=True,
        width=_LINE_MAX,
        default_flow_style=False,
    )
    return f"{head}{body}"


def comments_in(text: str) -> Iterator[str]:
    """Every comment of a YAML file that was read before, wherever it stands."""
    at = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.ScalarToken):
            yield from _after_hash(text[at : token.start_mark.index])
            at = token.end_mark.index
    yield from _after_hash(text[at:])


def _after_hash(between: str) -> Iterator[str]:
    for line in between.splitlines():
        _, mark, comment = line.partition("#")
        if mark:
            yield f"#{comment.rstrip()}"


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InputError(t("Une clé est écrite deux fois dans ce JSON."))
    return found


def _never(word: str) -> object:
    raise InputError(t("{word} n'est pas un nombre.", word=word))


def json_as_yaml(text: str) -> str:
    """The YAML that says what a JSON text says; numbers stay as they were written.

    Raises `InputError` for what is no JSON, a key written twice, or more than 256 KiB.
    """
    if len(text.encode(errors="replace")) > SIZE_MAX_BYTES:
        raise InputError(t("Ce fichier dépasse {size} Kio.", size=SIZE_MAX_BYTES // 1024))
    try:
        content = json.loads(
            text,
            parse_int=str,
            parse_float=str,
            parse_constant=_never,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as error:
        raise InputError(
            t(
                "Ce n'est pas du JSON lisible : ligne {line}, colonne {column}.",
                line=error.lineno,
                column=error.colno,
            )
        ) from error
    return yaml.dump(content, Dumper=_Writer, sort_keys=False, allow_unicode=True)
