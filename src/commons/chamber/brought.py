"""What someone brings to be divided or counted: typed lines, or a file that is not kept.

The service keeps nothing between two requests, so a page carries the file back to whoever
sent it, packed in a hidden field, and the next request brings it again.
"""

import binascii
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from litestar.datastructures import UploadFile

from commons.allocation.file_kinds import FileKind, kind_of
from commons.allocation.recipe_file import says_recipe
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t
from commons.web.pages import AnyRequest, Form

FILE_BYTES_MAX = 4_000_000
TYPED_CHARACTERS_MAX = 60_000
FIELD_CHARACTERS_MAX = 8_000_000
"""More than any file packed, and any text that a refusal has to show again."""
LINES_MAX = 2_000
MEMBERS_MAX = 200
MARKS_MAX = 6_000_000
"""Different ballots times proposals: beyond, no rule would be done in time."""
NOT_DONE = t("Le calcul n'a pas été fait.")
GONE = t("Le fichier n'est plus là : choisissez-le de nouveau.")
COMMAND = "commons allocate"


@dataclass(frozen=True, slots=True)
class Brought:
    """A file with its name and kind; or, without a name, claims as someone typed them."""

    kind: FileKind
    name: str
    data: bytes
    typed: str = ""

    @property
    def carried(self) -> str:
        """The file as a hidden field carries it."""
        return b64encode(zlib.compress(self.data)).decode() if self.name else ""

    @property
    def place(self) -> str:
        """The field that a refusal of what was brought stands beside."""
        return "file" if self.name else "claims"


async def what_was_brought(request: AnyRequest, form: Form) -> Brought:
    """The file chosen, else the one carried, else what was typed.

    Raises `InputError` beside the field for what is too large or is of no known kind.
    """
    name, data = await chosen_file(request, "file")
    if not name and form.get("carried"):
        name, data = form.get("carried_name", "?"), _unpacked(form.get("carried"))
    if not name:
        typed = form.get("claims")
        if len(typed) > TYPED_CHARACTERS_MAX:
            raise _refused("claims", _too_long(len(typed)))
        return Brought(FileKind.CLAIMS, "", b"", typed)
    try:
        kind = kind_of(name, data)
    except InputError as error:
        raise _refused("file", error.text) from error
    _check_done_here(kind, name, data)
    return Brought(kind, name, data)


def _check_done_here(kind: FileKind, name: str, data: bytes) -> None:
    """Raises `InputError` for what only the command line does, saying how."""
    if kind is FileKind.ROUND and says_recipe(data):
        text = t(
            "C'est une recette, et ses étapes lisent plusieurs fichiers : la ligne de commande "
            "la fait. « {command} {name} --budget 10000 --write-round round.json » : "
            "rapportez ensuite round.json sur cette page, qui le refait.",
            command=COMMAND,
            name=name[:80],
        )
        raise _refused("file", text)
    if kind is FileKind.CONTRIBUTORS:
        text = t(
            "Ce sont des quantités attestées : la ligne de commande les répartit. "
            "« {command} {name} --budget 10000 --write-round round.json » : rapportez ensuite "
            "round.json sur cette page, qui le refait.",
            command=COMMAND,
            name=name[:80],
        )
        raise _refused("file", text)


async def chosen_file(request: AnyRequest, field: str) -> tuple[str, bytes]:
    """The name and bytes of the file chosen in `field`; empty if there is none."""
    sent: Any = (await request.form()).get(field)
    if not isinstance(sent, UploadFile) or not sent.filename:
        return "", b""
    data = await sent.read()
    if len(data) > FILE_BYTES_MAX:
        raise _refused(
            field,
            t(
                "Ce fichier est trop lourd pour cette page : {limit} Mo au plus. La ligne de "
                "commande n'a pas cette limite : « {command} {name} ».",
                limit=FILE_BYTES_MAX // 1_000_000,
                command=COMMAND,
                name=sent.filename[:80],
            ),
        )
    if not data:
        raise _refused(field, t("Ce fichier est vide."))
    return sent.filename[:200], data


def check_lines(brought: Brought, count: int) -> None:
    """Raises `InputError` for more lines than the page divides, naming who does."""
    if count > LINES_MAX:
        raise _refused(
            brought.place,
            t(
                "Il y a {count} lignes : cette page en prend {limit} au plus. La ligne de "
                "commande en prend un million : « {command} fichier.csv --budget 10000 ».",
                count=count,
                limit=LINES_MAX,
                command=COMMAND,
            ),
        )


def check_members(brought: Brought, count: int) -> None:
    """Raises `InputError` for more people than the page lets judge each other."""
    if count > MEMBERS_MAX:
        raise _refused(
            brought.place,
            t(
                "Il y a {count} personnes : cette page en prend {limit} au plus pour des "
                "évaluations. La ligne de commande n'a pas cette limite : « {command} ».",
                count=count,
                limit=MEMBERS_MAX,
                command=COMMAND,
            ),
        )


def check_marks(place: str, ballots: int, proposals: int) -> None:
    """Raises `InputError` for an election that takes too long to count while one waits."""
    if ballots * proposals > MARKS_MAX:
        raise _refused(
            place,
            t(
                "Cette élection est trop grande pour cette page : {ballots} bulletins "
                "différents sur {proposals} propositions. La ligne de commande la compte : "
                "« {command} fichier.pb ».",
                ballots=ballots,
                proposals=proposals,
                command=COMMAND,
            ),
        )


def _unpacked(carried: str) -> bytes:
    try:
        packed = zlib.decompressobj()
        data = packed.decompress(b64decode(carried, validate=True), FILE_BYTES_MAX + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise _refused("file", GONE) from error
    is_whole = packed.eof and not packed.unused_data
    if not is_whole or not data or len(data) > FILE_BYTES_MAX:
        raise _refused("file", GONE)
    return data


def _too_long(count: int) -> Text:
    return t(
        "C'est trop long à écrire ici : {count} signes, {limit} au plus. Enregistrez ces "
        "lignes dans un fichier .csv, avec « name;claim » en première ligne, et choisissez-le.",
        count=count,
        limit=TYPED_CHARACTERS_MAX,
    )


def _refused(field: str, text: Text) -> InputError:
    return InputError(NOT_DONE, [FieldError(field, text)])
