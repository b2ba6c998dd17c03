"""Communes, EPCI, départements, regions: names, hierarchy, from a packaged file."""

import csv
import gzip
import io
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from commons.kernel.composing import composed

FILE = Path(__file__).parent / "data" / "territory.csv.gz"
LEVELS = ("commune", "epci", "departement", "region")


@dataclass(frozen=True, slots=True)
class Place:
    """A territory. `within` are the codes of those that contain it, the nearest first."""

    level: str
    code: str
    name: str
    within: tuple[str, ...]
    siren: str
    population: int

    @property
    def key(self) -> str:
        """What a commons keeps: the level tells `75` the département from a code alike."""
        return f"{self.level}:{self.code}"


@cache
def places() -> dict[str, Place]:
    """Every place by its key, such as `commune:31555` or `epci:243100518`."""
    text = gzip.decompress(FILE.read_bytes()).decode()
    found: dict[str, Place] = {}
    region_of: dict[str, str] = {}
    for level, code, name, parents, siren, people in csv.reader(
        io.StringIO(text), delimiter=";"
    ):
        if level == "departement":
            region_of[code] = parents
            within: tuple[str, ...] = (f"region:{parents}",)
        elif level == "commune":
            department, epci = parents.split(",")
            above = (
                f"epci:{epci}" if epci else "",
                f"departement:{department}" if department else "",
                f"region:{region_of[department]}" if department in region_of else "",
            )
            within = tuple(key for key in above if key)
        else:
            within = ()
        place = Place(level, code, name, within, siren, int(people or 0))
        found[place.key] = place
    return found


def fold(text: str) -> str:
    """For comparing names: lower case, no accents, hyphens as spaces."""
    decomposed = composed(text.casefold(), "NFKD")
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.replace("-", " ").replace("'", " ").replace("’", " ").split())


@cache
def _folded() -> list[tuple[str, Place]]:
    return [(fold(place.name), place) for place in places().values()]


def search(typed: str, limit: int = 20) -> list[Place]:
    """Places whose name begins with, then contains, what was typed; the largest first."""
    wanted = fold(typed)
    if not wanted:
        return []
    hits = [
        (not name.startswith(wanted), LEVELS.index(place.level), -place.population, name, place)
        for name, place in _folded()
        if wanted in name or place.code == typed.strip()
    ]
    return [hit[-1] for hit in sorted(hits, key=lambda hit: hit[:4])[:limit]]


def described(key: str) -> str:
    """`Toulouse (31555)`; the bare code of a place that no longer exists."""
    place = places().get(key)
    return f"{place.name} ({place.code})" if place else key.partition(":")[2]


def inside(key: str) -> list[str]:
    """The place itself and every commune and département within it."""
    return [key, *(place.key for place in places().values() if key in place.within)]


def understood(typed: str) -> str | None:
    """The key of what was typed: a key, a code, `Name (code)`, or an unmistakable name."""
    text = typed.strip()
    if text in places():
        return text
    code = text.rpartition("(")[2].rstrip(") ") if text.endswith(")") else text
    for level in LEVELS:
        if f"{level}:{code}" in places():
            return f"{level}:{code}"
    wanted = fold(text)
    for level in LEVELS:
        same = [place for name, place in _folded() if name == wanted and place.level == level]
        if len(same) == 1:
            return same[0].key
    return None
