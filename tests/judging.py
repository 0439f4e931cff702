"""Hands a finished run to the referee, searches it for canaries, and fails with the story of each breach.

judged(box, store, workspace, folder)                      everything that the run did
judged(..., only=WITHOUT_A_NETWORK)                        where the bot read no network

Secrets may stand nowhere: not in the database's bytes, the logs (with every message as Slack has it), or the
exports. What was planted as private by `canaries.words` may stand in the database and where people wrote it,
and in no export, no request to a network, and nothing that is printed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from sqlalchemy import Connection

from bot.cli.export import write
from bot.sandbox.box import Sandbox
from bot.store import SqlStore
from tests import canaries
from tests.referee import RULES, judge
from tests.referee.lines import Verdict

FILE = "sqlite:///"


class Breached(AssertionError):
    """A promise was broken; the text tells how."""


def judged(
    box: Sandbox,
    store: SqlStore,
    workspace: str,
    folder: Path,
    *,
    only: Collection[int] = frozenset(RULES),
    secrets: Mapping[str, str] | None = None,
    idle: bool = False,
) -> Verdict:
    """Judge what the logs and the database say, and search them; call it when the bot has stopped.

    secrets: more of them, by name. idle: nothing need have been done.
    Raises Breached, also when there was nothing to judge.
    """
    write(store, workspace, folder)
    verdict = judge(box.log_dir, folder, only=only)
    if verdict.breaches or not (idle or verdict.judged.total()):
        raise Breached(str(verdict))
    searched(box, store, folder, secrets_of(box) | dict(secrets or {}))
    canaries.COUNTED.update(verdict.judged | {f"rule {number}": 1 for number in only} | {"runs": 1})
    return verdict


def secrets_of(box: Sandbox) -> dict[str, str]:
    """Every token of the sandbox, by name."""
    tokens = {f"network token {number}": word for number, word in enumerate(box.network.networks.tokens)}
    ours = {"bot token": box.slack.bot_token, "app token": box.slack.app_token, "page token": box.token}
    return {name: word for name, word in (tokens | ours).items() if word}


def searched(box: Sandbox, store: SqlStore, folder: Path, secrets: Mapping[str, str]) -> None:
    """Look for secrets and for private words in all that the run wrote. Raises Breached."""
    logs = {file.name: file.read_bytes() for file in sorted(box.log_dir.iterdir()) if file.is_file()}
    exports = {f"export {file.name}": file.read_bytes() for file in sorted(folder.iterdir())}
    everything = logs | exports | bytes_of(store)
    private = {f"{what} words": text for text, what in canaries.PLANTED.items() if _stands(text, logs)}
    asked = {"requests to networks": _requests(logs["network.jsonl"])}
    wrong = canaries.found_in(secrets, everything) + canaries.found_in(private, exports | asked)
    if wrong:
        raise Breached("; ".join(wrong))
    canaries.SOUGHT.update(secrets | private)
    counts = {"secrets": len(secrets), "private words": len(private)}
    canaries.COUNTED.update(counts | {"bytes": sum(map(len, everything.values()))})


def _stands(text: str, logs: Mapping[str, bytes]) -> bool:
    return any(text.encode() in log for log in logs.values())


def bytes_of(store: SqlStore) -> dict[str, bytes]:
    """The database as it lies there: the files of SQLite; each row of PostgreSQL, as text."""
    url = store.engine.url.render_as_string(hide_password=False)
    if url.startswith(FILE):
        file = Path(url.removeprefix(FILE))
        return {one.name: one.read_bytes() for one in sorted(file.parent.glob(f"{file.name}*"))}
    with store.engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name: _rows(connection, name) for (name,) in names.all()}


def _rows(connection: Connection, table: str) -> bytes:
    rows = connection.exec_driver_sql(f'SELECT string_agg(one::text, chr(10)) FROM "{table}" AS one')
    return (rows.scalar() or "").encode()


def _requests(log: bytes) -> bytes:
    lines = log.decode().splitlines()
    return "\n".join(line for line in lines if json.loads(line)["kind"] in ("request", "violation")).encode()
