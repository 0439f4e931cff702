"""Teams, teammates, handles, watches, credentials, what came in and what was asked."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import exc, text

from bot.domain.connector import Broken
from bot.domain.model import Handle, Health, Hours, Lane, Source, Teammate, Watch, Workspace
from bot.domain.ports import Changes, Incoming, Job, LedgerLine, Secret
from bot.store import MissingKey, load_keys, open_store
from tests.store.build import MINUTE, NOON, mention, press, pressed

ANA = Teammate("", "U1", "Ana", Hours("Asia/Tokyo", time(10), time(18, 30), frozenset({1, 7})), rings_a_day=3)
MENTIONS = Source("", "mastodon", "https://mastodon.example", "mentions", "@us")


def test_a_workspace_is_found_and_changed(store, workspace):
    assert store.workspaces() == [workspace]
    assert store.by_team("T100") == workspace
    assert store.by_team("T999") is None
    changed = replace(workspace, zone="Europe/Berlin", digest_at=time(8, 30), bot_user="B1")
    with store.write(workspace.id) as tx:
        tx.save_workspace(changed)
        assert tx.workspace == changed
    assert store.by_team("T100") == changed
    with pytest.raises(LookupError), store.read("unknown") as tx:
        assert tx.workspace


def test_a_teammate_is_one_row_a_slack_user(store, workspace):
    with store.write(workspace.id) as tx:
        ana = tx.people.save_teammate(ANA)
        assert ana.id
        assert tx.people.save_teammate(ANA) == ana
        away = tx.people.save_teammate(replace(ana, paused_until=NOON, stopped=True))
        assert tx.people.teammate(ana.id) == tx.people.by_slack("U1") == away
        assert tx.people.teammates() == [away]
        assert tx.people.teammate("unknown") is None


def test_a_handle_is_linked_once_by_its_owner(store, workspace):
    with store.write(workspace.id) as tx:
        ana = tx.people.save_teammate(ANA)
        mine = Handle("mastodon", "id-1", "@ana", teammate=ana.id, home="https://m.example", since=NOON)
        linked = tx.people.save_handle(mine)
        assert tx.people.save_handle(mine) == linked
        proved = tx.people.save_handle(replace(linked, proved=True, until=NOON))
        assert tx.people.handles() == [proved]
        assert tx.people.save_handle(mine).id != linked.id, "linked anew after its time was over"


def test_watches_share_equal_sources_and_take_them_along_when_the_last_goes(store, workspace):
    with store.write(workspace.id) as tx:
        first = tx.sources.save_watch(Watch("", "us", Lane.ABOUT_US), [MENTIONS])
        other = replace(MENTIONS, query="#acme")
        second = tx.sources.save_watch(Watch("", "both", Lane.TO_US), [other, MENTIONS])
        assert second.sources[1] == first.sources[0]
        assert tx.sources.watches() == [second, first]
        assert len(tx.sources.sources()) == 2
        assert tx.sources.lanes(first.sources[0]) == {Lane.ABOUT_US, Lane.TO_US}
        assert tx.sources.save_watch(replace(second, paused=True), []).sources == second.sources
        assert tx.sources.lanes(first.sources[0]) == {Lane.ABOUT_US}, "a paused Watch gives none"
        tx.agenda.plan(Job.POLL, second.sources[0], NOON)
    with store.write(workspace.id) as tx:
        tx.sources.remove_watch(second.id)
        assert [one.id for one in tx.sources.sources()] == list(first.sources)
        assert tx.sources.source(second.sources[0]) is None
    assert store.claim([Job.POLL], 9, at=NOON, lease=MINUTE) == []


def test_a_source_keeps_its_cursor_and_health_when_it_is_shared(store, workspace):
    with store.write(workspace.id) as tx:
        watch = tx.sources.save_watch(Watch("", "us", None), [MENTIONS])
        (source,) = tx.sources.sources()
        moved = replace(
            source, cursor="7", health=Health.BACKING_OFF, failures=2, problem="503", last_try=NOON
        )
        tx.sources.save_source(moved)
        tx.sources.save_watch(Watch("", "again", None), [MENTIONS])
        assert tx.sources.source(watch.sources[0]) == moved


def test_a_broken_post_is_put_aside_once(store, workspace):
    with store.write(workspace.id) as tx:
        watch = tx.sources.save_watch(Watch("", "us", None), [MENTIONS])
        for _ in range(2):
            tx.sources.quarantine(watch.sources[0], [Broken("p1", "no date"), Broken("p2", "no id")], NOON)
    with store.engine.connect() as connection:
        rows = connection.execute(text("SELECT ref, why FROM quarantine ORDER BY ref")).all()
    assert [tuple(row) for row in rows] == [("p1", "no date"), ("p2", "no id")]


def test_a_credential_is_sealed_and_a_lost_key_reads_as_none(store, workspace, database_url, clock, key):
    with store.write(workspace.id) as tx:
        secret = tx.sources.save_secret(Secret("", "mastodon", "e", "canary-token", "us", "ana"))
        assert tx.sources.secret(secret.id) == secret
        assert tx.sources.secret("unknown") is None
    with store.engine.connect() as connection:
        assert "canary" not in repr(connection.execute(text("SELECT * FROM credential")).all())
    assert "canary" not in repr(secret)
    fresh = Fernet.generate_key().decode()
    for keys, found in (([fresh, key], secret), ([fresh], None), (None, None)):
        other = open_store(database_url, keys=keys, clock=clock)
        with other.read(workspace.id) as tx:
            assert tx.sources.secret(secret.id) == found
        other.close()


def test_a_session_is_kept_with_its_credential_and_sealed_like_it(store, workspace):
    with store.write(workspace.id) as tx:
        secret = tx.sources.save_secret(Secret("", "bluesky", "e", "app-password"))
    store.keep_session(secret, "canary-session")
    with store.read(workspace.id) as tx:
        assert tx.sources.secret(secret.id) == replace(secret, session="canary-session")
    with store.engine.connect() as connection:
        assert "canary" not in repr(connection.execute(text("SELECT * FROM credential")).all())


def test_what_a_credential_cost_is_counted_by_the_month(store, workspace):
    with store.write(workspace.id) as tx:
        prices = {"post": 5_000}
        secret = tx.sources.save_secret(Secret("", "x", "e", "token", budget=10**12, prices=prices))
    store.spend(secret, "2026-03", 5_000)
    store.spend(secret, "2026-03", 10**11)
    assert store.spent(secret, "2026-03") == 10**11 + 5_000
    assert store.spent(secret, "2026-04") == 0
    with store.read(workspace.id) as tx:
        assert tx.sources.secret(secret.id) == secret


def test_no_secret_stands_in_the_bytes_of_the_file(sqlite_url, clock, key):
    store = open_store(sqlite_url, keys=[key], clock=clock)
    workspace = store.add_workspace(Workspace("", team="T1", name="Acme"))
    with store.write(workspace.id) as tx:
        tx.sources.save_secret(Secret("", "mastodon", "e", "canary-token"))
    file = Path(store.engine.url.database)
    assert b"T1" in b"".join(part.read_bytes() for part in file.parent.glob("byhand.db*")), "it looks there"
    assert all(b"canary" not in part.read_bytes() for part in file.parent.glob("byhand.db*"))
    store.close()


def test_without_a_key_no_secret_is_kept(sqlite_url, clock):
    store = open_store(sqlite_url, keys=None, clock=clock)
    workspace = store.add_workspace(Workspace("", team="T1", name="Acme"))
    with pytest.raises(MissingKey), store.write(workspace.id) as tx:
        tx.sources.save_secret(Secret("", "mastodon", "e", "canary-token"))
    store.close()


def test_keys_come_from_a_file_that_only_its_owner_can_read(tmp_path):
    file = tmp_path / "new" / "key"
    keys = load_keys(file)
    assert load_keys(file) == keys
    assert Fernet(keys[0])
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        file.chmod(0o644)
        with pytest.raises(PermissionError, match="chmod 600"):
            load_keys(file)


def test_what_slack_told_twice_is_taken_once_and_not_kept_when_done(store, workspace):
    with store.write(workspace.id) as tx:
        told = Incoming("Ev1", "press", {"action": "claim", "note": "canary"}, NOON)
        taken = tx.inbox.take(told)
        assert tx.inbox.take(replace(told, kind="other")) is None
        later = tx.inbox.take(Incoming("Ev2", "press", {}, NOON - MINUTE))
        assert tx.inbox.unfinished() == [
            Incoming("Ev2", "press", {}, NOON - MINUTE, later),
            replace(told, id=taken),
        ]
        tx.inbox.done(taken, NOON)
        assert [one.id for one in tx.inbox.unfinished()] == [later]
        assert tx.inbox.take(told) is None, "also after it is done"
        tx.inbox.prune("press", NOON)
        tx.inbox.prune("other", NOON + MINUTE)
        assert tx.inbox.take(told) is None
        tx.inbox.prune("press", NOON + MINUTE)
        assert [one.id for one in tx.inbox.unfinished()] == [later]
        assert tx.inbox.take(told)
        tx.inbox.done(tx.inbox.unfinished()[-1].id, NOON)
    with store.engine.connect() as connection:
        assert "canary" not in repr(connection.execute(text("SELECT * FROM inbox")).all())


def test_the_journal_keeps_its_order_within_one_moment(store, workspace):
    with store.write(workspace.id) as tx:
        tx.threads.save(mention("p1"), at=NOON)
        moves = [replace(pressed("talk-p1", press(f"x{number}")), after=str(number)) for number in range(5)]
        tx.threads.save(Changes(moves=moves), at=NOON)
    with store.read(workspace.id) as tx:
        lines = tx.journal.read("talk-p1")
        assert lines[1:] == moves
        assert [line.verb for line in lines] == ["seen", *["claim"] * 5]
        assert tx.journal.read(limit=2) == moves[-2:]
        assert tx.journal.read("unknown") == []
        assert tx.journal.count(["claim", "yes"], NOON, NOON + MINUTE) == 5
        assert tx.journal.count(["claim"], NOON + MINUTE, NOON + 2 * MINUTE) == 0
        assert tx.journal.count(["claim"], NOON - MINUTE, NOON) == 0


def test_the_ledger_adds_up_and_remembers_the_last_time(store):
    line = LedgerLine("mastodon.example", "GET", "/api/v1/statuses/{id}", 2, NOON)
    store.count_requests([])
    store.count_requests([line, replace(line, method="HEAD")])
    store.count_requests([replace(line, count=3, last_seen=NOON - MINUTE)])
    store.count_requests([replace(line, count=1, last_seen=NOON + MINUTE)])
    assert store.ledger() == [
        replace(line, count=6, last_seen=NOON + MINUTE),
        replace(line, method="HEAD"),
    ]


def test_a_moment_without_a_zone_is_refused_and_all_come_back_as_utc(store, workspace):
    tokyo = datetime(2026, 3, 2, 21, tzinfo=timezone(timedelta(hours=9)))
    with store.write(workspace.id) as tx:
        ana = tx.people.save_teammate(replace(ANA, paused_until=tokyo))
    with store.read(workspace.id) as tx:
        until = tx.people.teammate(ana.id).paused_until
    assert until == tokyo == NOON
    assert until.tzinfo is UTC
    with pytest.raises(exc.StatementError, match="without a zone"), store.write(workspace.id) as tx:
        tx.people.save_teammate(replace(ANA, paused_until=datetime(2026, 3, 2)))  # noqa: DTZ001


def test_a_store_needs_a_file_or_a_server(clock):
    for url in ("sqlite://", "sqlite:///:memory:", "mysql://x/y"):
        with pytest.raises(ValueError, match=r"file|not a database"):
            open_store(url, keys=None, clock=clock)
