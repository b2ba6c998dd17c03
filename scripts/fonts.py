"""Make the reduced fonts of `src/commons/documents/fonts/` again.

Needs npm, and fontTools in the Python that runs it. Run it from the root of the
repository, with no argument: `python scripts/fonts.py`.

Each face is a static instance from its npm package, without layout features and hints
(reportlab reads neither), with figures of one width. The sans serif keeps its whole
alphabet, the serif all of Latin, Greek and Cyrillic: it stands in for characters the sans
serif lacks. A few characters that fonts leave out but French needs are aliases of a
look-alike.
"""

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[1] / "src/commons/documents/fonts"
PACKAGES = {
    "@expo-google-fonts/atkinson-hyperlegible-next@0.4.1": "AtkinsonHyperlegibleNext",
    "@expo-google-fonts/source-serif-4@0.4.1": "SourceSerif4",
}
FACES = {
    "400Regular": "Regular",
    "700Bold": "Bold",
    "400Regular_Italic": "Italic",
    "700Bold_Italic": "BoldItalic",
}
ALIASES = {
    0x202F: 0x2009,  # narrow no-break space, in French numbers: as wide as a thin space
    0xE02F: 0x2009,  # the same, under a name that reportlab does not break lines at
    0x200A: 0x2009,
    0x2011: 0x002D,
    0x2010: 0x002D,
    0x00AD: 0x002D,
    0x00B5: 0x03BC,
}

THIN_SPACE_WIDTH = 190
"""In thousandths of the size: thinner, it parts no thousands between figures of one width."""


def main() -> None:
    """Fetch the packages, reduce their faces, and replace what stands in the folder."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for package, family in PACKAGES.items():
            source = unpack(package, Path(folder) / family)
            shutil.copy(source / "LICENSE_FONT", TARGET / f"{family}-OFL.txt")
            for face, name in FACES.items():
                reduce_face(
                    source / face / f"{family}_{face}.ttf", TARGET / f"{family}-{name}.ttf"
                )


def unpack(package: str, folder: Path) -> Path:
    folder.mkdir()
    packed = subprocess.run(
        ["npm", "pack", "--silent", package],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def tabular_figures(font: TTFont) -> dict[str, str]:
    """Glyphs of figures to those of one width, so that amounts align in columns."""
    table = font["GSUB"].table
    found: dict[str, str] = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for subtable in table.LookupList.Lookup[index].SubTable:
                    found |= getattr(subtable, "ExtSubTable", subtable).mapping
    return found


def reduce_face(source: Path, target: Path) -> None:
    font = TTFont(source, recalcTimestamp=False)
    tabular = tabular_figures(font)
    for table in font["cmap"].tables:
        table.cmap.update({k: tabular[g] for k, g in table.cmap.items() if g in tabular})
    options = Options(
        layout_features=[],
        hinting=False,
        glyph_names=False,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        drop_tables=["GSUB", "GPOS", "GDEF", "STAT", "DSIG", "meta", "gasp"],
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)
    for table in font["cmap"].tables:
        for alias, original in ALIASES.items():
            if alias not in table.cmap and original in table.cmap:
                table.cmap[alias] = table.cmap[original]
    thin = font.getBestCmap()[0x2009]
    font["hmtx"][thin] = (THIN_SPACE_WIDTH, 0)
    font.save(target)
    print(target.name, target.stat().st_size)


if __name__ == "__main__":
    main()
