"""Make again the packaged territory and licence files; needs npm.

    python scripts/registry_data.py

Sources: @etalab/decoupage-administratif 6 (code MIT; data Licence Ouverte 2.0, Insee and
DGCL) and spdx-license-list 6 (CC0). Only what the service uses is kept. Same input, same
bytes.
"""

import csv
import gzip
import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "src" / "commons" / "registry" / "data"
TERRITORY = "@etalab/decoupage-administratif@6.0.0"
LICENCES = "spdx-license-list@6.12.0"


def fetched(package: str, folder: Path) -> Path:
    place = folder / package.split("@")[-2].replace("/", "-")
    place.mkdir()
    subprocess.run(["npm", "pack", "--silent", package], cwd=place, check=True)
    shutil.unpack_archive(next(place.glob("*.tgz")), place, filter="data")
    return place / "package"


def written(name: str, rows: Iterable[Iterable[object]]) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(rows)
    packed = gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)
    (TARGET / name).write_bytes(packed)
    print(name, len(packed))


def territory(package: Path) -> None:
    def read(name: str) -> list[dict[str, Any]]:
        return list(json.loads((package / "data" / f"{name}.json").read_text("utf-8")))

    epcis = read("epci")
    epci_of = {member["code"]: item["code"] for item in epcis for member in item["membres"]}
    rows: list[tuple[object, ...]] = []
    rows += [("region", r["code"], r["nom"], "", "", "") for r in read("regions")]
    rows += [
        ("departement", d["code"], d["nom"], d["region"], "", "") for d in read("departements")
    ]
    rows += [
        ("epci", e["code"], e["nom"], "", e["code"], e["populationMunicipale"]) for e in epcis
    ]
    rows += [
        (
            "commune",
            c["code"],
            c["nom"],
            f"{c.get('departement', '')},{epci_of.get(c['code'], '')}",
            c.get("siren", ""),
            c.get("population", ""),
        )
        for c in read("communes")
        if c["type"] == "commune-actuelle"
    ]
    written("territory.csv.gz", rows)


def licences(package: Path) -> None:
    listed = json.loads((package / "spdx.json").read_text("utf-8"))
    written("licences.csv.gz", sorted((code, item["name"]) for code, item in listed.items()))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        territory(fetched(TERRITORY, Path(folder)))
        licences(fetched(LICENCES, Path(folder)))


if __name__ == "__main__":
    main()
