"""Everything an operator may set, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import t

PORT = 8000


def default_data_dir(environment: Mapping[str, str], *, is_root: bool) -> Path:
    """The user's own data folder; for root `/var/lib/commons`.

    Root's database runs as another user, which must be able to reach the folder.
    """
    if is_root:
        return Path("/var/lib/commons")
    home = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "commons"


@dataclass(frozen=True, slots=True)
class Settings:
    """What `docs/settings.md` explains, one line each."""

    data_dir: Path
    public_url: str = f"http://127.0.0.1:{PORT}"
    instance_name: str = "commons.localhost"
    database_url: str = ""
    owner_database_url: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    first_steward: str = ""
    backup_passphrase: str = field(default="", repr=False)

    @property
    def keys_dir(self) -> Path:
        return self.data_dir / "keys"

    @property
    def restoring(self) -> Path:
        """Stands while a restoration is not complete: nothing may be served until then."""
        return self.data_dir / "restoring"

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https:")

    @classmethod
    def from_environment(
        cls, data_dir: Path | None = None, public_url: str | None = None
    ) -> "Settings":
        """Read the environment; what is passed wins over it.

        Raises `InputError` naming every variable that cannot be read.
        """
        environment = os.environ  # noqa: TID251 -- the one reader of the environment
        folder = environment.get("COMMONS_DATA_DIR")
        chosen = data_dir or (Path(folder) if folder else None)
        address = environment.get("COMMONS_PUBLIC_URL") or public_url
        settings = cls(
            data_dir=(chosen or default_data_dir(environment, is_root=os.geteuid() == 0)),
            public_url=(address or f"http://127.0.0.1:{PORT}").rstrip("/"),
            instance_name=environment.get("COMMONS_INSTANCE_NAME") or "commons.localhost",
            database_url=environment.get("COMMONS_DATABASE_URL", ""),
            owner_database_url=environment.get("COMMONS_OWNER_DATABASE_URL", ""),
            smtp_url=environment.get("COMMONS_SMTP_URL", ""),
            mail_from=environment.get("COMMONS_MAIL_FROM", ""),
            first_steward=environment.get("COMMONS_FIRST_STEWARD", ""),
            backup_passphrase=environment.get("COMMONS_BACKUP_PASSPHRASE", ""),
        )
        settings._check()
        return settings

    def _check(self) -> None:
        faults = []
        address = urlsplit(self.public_url)
        if address.scheme not in {"http", "https"} or not address.hostname:
            faults.append(
                FieldError(
                    "COMMONS_PUBLIC_URL", t("Une adresse comme https://communs.example.")
                )
            )
        if not self.instance_name or any(c.isspace() or c == "+" for c in self.instance_name):
            faults.append(
                FieldError("COMMONS_INSTANCE_NAME", t("Un nom sans espace ni « + »."))
            )
        if bool(self.database_url) != bool(self.owner_database_url):
            faults.append(
                FieldError(
                    "COMMONS_OWNER_DATABASE_URL",
                    t("Les deux adresses vont ensemble : celle du service et celle qui migre."),
                )
            )
        for name, url in (
            ("COMMONS_DATABASE_URL", self.database_url),
            ("COMMONS_OWNER_DATABASE_URL", self.owner_database_url),
        ):
            if url and urlsplit(url).scheme not in {"postgresql", "postgres"}:
                faults.append(FieldError(name, t("Une adresse comme postgresql://hôte/base.")))
        if self.smtp_url and urlsplit(self.smtp_url).scheme not in {"smtp", "smtps"}:
            faults.append(
                FieldError("COMMONS_SMTP_URL", t("Une adresse comme smtp://hôte:25."))
            )
        if self.smtp_url and not self.mail_from:
            faults.append(
                FieldError("COMMONS_MAIL_FROM", t("L'adresse d'où partent les messages."))
            )
        if faults:
            raise InputError(t("Des réglages ne se lisent pas."), faults)
