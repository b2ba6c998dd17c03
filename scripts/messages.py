"""Gather every sentence of templates and code into the English catalogue.

python scripts/messages.py         # adds the new ones, keeps what is translated
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).parents[1] / "src" / "commons"
CATALOGUE = SOURCE / "web" / "locale" / "en" / "LC_MESSAGES" / "commons.po"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]


def gathered() -> Catalog:
    """Every sentence marked with `t(…)` in code or `_(…)` in templates."""
    catalogue = Catalog(project="commons", version="1", fuzzy=False)
    found = extract_from_dir(
        SOURCE,
        method_map=METHODS,
        options_map={"**/templates/**.html": {"silent": "false"}},
        keywords={"t": None, "_": None},
        comment_tags=(),
    )
    for name, _line, message, _comments, _context in found:
        catalogue.add(message, locations=[(name, 1)])
    return catalogue


def main() -> None:
    fresh = gathered()
    kept = Catalog(locale="en")
    if CATALOGUE.exists():
        with CATALOGUE.open("rb") as file:
            kept = read_po(file, locale="en")
    merged = Catalog(locale="en", project="commons", version="1", fuzzy=False)
    for message in sorted((m for m in fresh if m.id), key=lambda m: str(m.id)):
        known = kept.get(str(message.id))
        merged.add(str(message.id), string=str(known.string) if known else "")
    with CATALOGUE.open("wb") as file:
        write_po(file, merged, width=96, omit_header=True, no_location=True)
    missing = [str(m.id) for m in merged if m.id and not m.string]
    print(f"{len(merged)} sentences, {len(missing)} without English")
    for message in missing:
        print("-", message)


if __name__ == "__main__":
    main()
