"""YAML a person wrote, read without surprises: plain scalars stay text, nothing is expanded.

Numbers, dates and words such as `on` or `no` stay the text that was typed; only `true`,
`false` and `null` have a meaning. Whoever validates decides what a text should be, so no
amount ever passes through a float.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

import yaml

from commons.kernel.errors import InputError
from commons.kernel.text import Text, t

SIZE_MAX_BYTES = 256 * 1024
DEPTH_MAX = 16

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class _StrictLoader(yaml.SafeLoader):
    """A safe loader that knows neither anchors, tags, merge keys nor numbers."""

    yaml_implicit_resolvers = {  # noqa: RUF012 -- PyYAML reads this from the class
        "t": [("tag:yaml.org,2002:bool", re.compile(r"true\Z"))],
        "f": [("tag:yaml.org,2002:bool", re.compile(r"false\Z"))],
        "n": [("tag:yaml.org,2002:null", re.compile(r"null\Z"))],
        "~": [("tag:yaml.org,2002:null", re.compile(r"~\Z"))],
        "": [("tag:yaml.org,2002:null", re.compile(r"\Z"))],
    }
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call] # PyYAML has no types here
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError(
                t(
                    "Ligne {line} : les ancres et renvois (& et *) ne sont pas admis.",
                    line=mark.line + 1,
                )
            )
        if getattr(event, "tag", None):
            raise InputError(
                t("Ligne {line} : les étiquettes (!) ne sont pas admises.", line=mark.line + 1)
            )
        if self.depth >= DEPTH_MAX:
            raise InputError(
                t(
                    "Ligne {line} : plus de {depth} niveaux imbriqués.",
                    line=mark.line + 1,
                    depth=DEPTH_MAX,
                )
            )
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 -- the signature is PyYAML's
    ) -> dict[object, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise InputError(t("Ligne {line} : une clé doit être un mot.", line=line))
            if key.value in seen:
                raise InputError(
                    t(
                        "Ligne {line} : la clé « {key} » est écrite deux fois.",
                        line=line,
                        key=key.value[:60],
                    )
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> str:
        value = super().construct_scalar(node)
        if _CONTROL.search(value):
            raise InputError(
                t(
                    "Ligne {line} : ce texte contient un caractère de contrôle.",
                    line=node.start_mark.line + 1,
                )
            )
        return value


def _explained(error: yaml.YAMLError) -> Text:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return t("Ce fichier n'est pas du YAML lisible (caractère interdit).")
    return t(
        "Ce fichier n'est pas du YAML lisible : ligne {line}, colonne {column}.",
        line=mark.line + 1,
        column=mark.column + 1,
    )


Path: TypeAlias = tuple[str | int, ...]


def read_yaml(text: str) -> object:
    """Mappings, lists, strings, booleans and nulls; anything else is refused.

    Raises `InputError` naming the line: unreadable YAML, a key written twice, an anchor, an
    alias, a tag, a control character, more than `DEPTH_MAX` levels or `SIZE_MAX_BYTES`.
    """
    return read_yaml_with_lines(text)[0]


def read_yaml_with_lines(text: str) -> tuple[object, dict[Path, int]]:
    """As `read_yaml`, with the line, counted from 1, on which each key or item begins."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise InputError(t("Ce texte n'est pas de l'Unicode valide.")) from None
    if size > SIZE_MAX_BYTES:
        raise InputError(
            t("Ce fichier dépasse {size} Kio.", size=SIZE_MAX_BYTES // 1024),
        )
    try:
        loader = _StrictLoader(text)
        node = loader.get_single_node()
        if node is None:
            return None, {}
        content: object = loader.construct_document(node)
    except yaml.YAMLError as error:
        raise InputError(_explained(error)) from error
    return content, dict(_lines(node, ()))


def _lines(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            yield here, key.start_mark.line + 1
            yield from _lines(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield (*path, place), value.start_mark.line + 1
            yield from _lines(value, (*path, place))
