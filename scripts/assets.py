"""Fetch the fonts of the pages again; needs npm. What it writes is committed.

python scripts/assets.py
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

PACKAGE = "@fontsource/atkinson-hyperlegible-next@5.3.0"
TARGET = Path(__file__).parents[1] / "src" / "commons" / "web" / "static" / "fonts"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
        archive = next(Path(folder).glob("*.tgz"))
        shutil.unpack_archive(archive, folder, filter="data")
        package = Path(folder) / "package"
        shutil.copy(package / "LICENSE", TARGET / "OFL.txt")
        for style in ("400-normal", "400-italic", "700-normal"):
            for letters in ("latin", "latin-ext"):
                name = f"atkinson-hyperlegible-next-{letters}-{style}.woff2"
                shutil.copy(package / "files" / name, TARGET / name)
                print(name)


if __name__ == "__main__":
    main()
