"""A database in a folder of its own, and the commands as they are typed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import app
from bot.cli import main
from bot.cli.rooms import Rooms
from bot.config import Settings
from bot.domain.model import Author, Conversation, Handle, Lane, Post, Standing, Status, Teammate, Visibility
from bot.domain.ports import Changes, LedgerLine, Placed
from bot.store import SqlStore, open_store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROOT = "https://one.example/posts/1"


@dataclass(frozen=True)
class Typed:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


@dataclass
class Place:
    """A demo's folder with its database, filled by hand."""

    folder: Path
    store: SqlStore
    workspace: str
    said: list[str] = field(default_factory=list)

    def wait_of(
        self,
        name: str,
        text: str,
        *,
        warning: str | None = None,
        private: bool = False,
        at: datetime = NOON,
    ) -> None:
        """Somebody outside who waits."""
        number = len(self.said)
        self.said.append(text)
        author = Author(id=f"person-{number}", handle=f"@mei{number}@one.example", name=name)
        post = Post(
            network="mastodon",
            id=f"{ROOT}{number}",
            url=f"https://one.example/@mei/{number}",
            author=author,
            text=text,
            created_at=at,
            warning=warning,
            visibility=Visibility.DIRECT if private else Visibility.PUBLIC,
        )
        standing = Standing(
            status=Status.OPEN,
            wait=1,
            waiting_since=NOON,
            uncovered=frozenset({post.id}),
            nudgeable=True,
            private=private,
        )
        conversation = Conversation(
            id=f"c{number}", network="mastodon", root=post.id, author=author.id, episode=1, standing=standing
        )
        placed = Placed(post=post, root=post.id, lane=Lane.TO_US, conversation=conversation.id)
        with self.store.write(self.workspace) as tx:
            assert tx.threads.save(Changes(posts=[placed], conversations=[conversation]), at=NOON)

    def spoke_daily(self, source: str, *, until: datetime) -> None:
        """Somebody spoke each day through this Source, for eight days, and all of it was answered."""
        author = Author(id="person", handle="@mei@one.example", name="Mei Tanaka")
        standing = Standing(status=Status.ANSWERED, wait=1)
        talk = Conversation("daily", "mastodon", ROOT, author.id, episode=1, standing=standing)
        placed = [
            Placed(
                Post("mastodon", f"{ROOT}-{ago}", ROOT, author, "Hm?", until - timedelta(days=ago),
                     visibility=Visibility.PUBLIC),
                root=ROOT, lane=Lane.TO_US, conversation=talk.id, source=source,
            )
            for ago in range(8)
        ]  # fmt: skip
        with self.store.write(self.workspace) as tx:
            assert tx.threads.save(Changes(posts=placed, conversations=[talk]), at=NOON)

    def teammate(self, name: str, slack_user: str) -> Teammate:
        """One of us."""
        with self.store.write(self.workspace) as tx:
            return tx.people.save_teammate(Teammate(id="", slack_user=slack_user, name=name))

    def handle(self, name: str, teammate: str | None) -> Handle:
        """An account of ours."""
        with self.store.write(self.workspace) as tx:
            return tx.people.save_handle(Handle("mastodon", f"id of {name}", name, teammate, proved=True))

    def requested(self, host: str, method: str, template: str, count: int = 1) -> None:
        """Something in the ledger."""
        self.store.count_requests([LedgerLine(host, method, template, count, NOON)])


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path) -> Iterator[Place]:
    folder = tmp_path / "demo"
    settings = Settings.for_demo(folder)
    shutil.copy(sqlite_template, settings.database_url.removeprefix("sqlite:///"))
    with app.open_office(settings) as office:
        workspace = office.workspace
    store = open_store(settings.database_url, keys=settings.keys, clock=lambda: NOON)
    yield Place(folder, store, workspace)
    store.close()


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Typed]:
    """Type a command; a wide terminal, so that tables stand on one line."""
    monkeypatch.setenv("COLUMNS", "300")

    def typing(*words: str, rooms: Rooms | None = None) -> Typed:
        with pytest.raises(SystemExit) as ended:
            main(words, rooms)
        shown = capsys.readouterr()
        return Typed(int(ended.value.code or 0), shown.out, shown.err)

    return typing
