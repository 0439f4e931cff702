"""Settings come from one place, and every mistake is told at once."""

from __future__ import annotations

import os
import stat
from dataclasses import fields
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.config import NAMES, SLACK_API, Settings, SettingsError, settings_from, settings_of

ROOT = Path(__file__).parents[2]
REAL = {"SLACK_BOT_TOKEN": "xoxb-1-real", "SLACK_APP_TOKEN": "xapp-1-real"}
MADE_UP = {"SLACK_BOT_TOKEN": "xoxb-standin-1", "SLACK_APP_TOKEN": "xapp-standin-1"}


def env_file(folder: Path, *lines: str) -> Path:
    file = folder / "named.env"
    file.write_text("\n".join((f"BYHAND_DATA_DIR={folder / 'data'}", *lines)))
    return file


def mistakes_of(values: dict[str, str], *, slack: bool = False) -> str:
    with pytest.raises(SettingsError) as caught:
        settings_of(values, where="a test", slack=slack)
    return str(caught.value)


def test_the_named_file_is_read(tmp_path: Path) -> None:
    file = env_file(tmp_path, "SLACK_BOT_TOKEN=xoxb-9", "SLACK_APP_TOKEN='xapp-9'", "BYHAND_WORKERS=7")
    settings = settings_from(file, slack=True)
    assert (settings.slack_bot_token, settings.slack_app_token, settings.workers) == ("xoxb-9", "xapp-9", 7)
    assert settings.slack_api_url == SLACK_API


def test_a_named_file_is_never_mixed_with_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/name")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-elsewhere")
    before = dict(os.environ)
    settings = settings_from(env_file(tmp_path, "LOG_LEVEL=debug", "HOME=${SLACK_BOT_TOKEN}"))
    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'byhand.db'}"
    assert settings.slack_bot_token is None
    assert settings.log_level == "DEBUG"
    assert dict(os.environ) == before


def test_without_a_file_the_environment_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYHAND_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/name")
    monkeypatch.setenv("BYHAND_REQUIRE", "is of the tests and no setting")
    assert settings_from(None).database_url == "postgresql://somewhere/name"


def test_a_missing_file_is_a_mistake_and_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"is not there; copy \.env\.example"):
        settings_from(tmp_path / "no.env")


def test_every_mistake_is_told_at_once_with_the_page_to_read() -> None:
    told = mistakes_of(
        {
            "SLACK_BOT_TOKEN": "xapp-swapped",
            "DATABASE_URL": "mysql://somewhere",
            "BYHAND_KEY": "short",
            "LOG_LEVEL": "loud",
            "BYHAND_WORKERS": "0",
            "BYHAND_WORKER": "2",
        },
        slack=True,
    )
    wrong = (
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "DATABASE_URL",
        "BYHAND_KEY",
        "LOG_LEVEL",
        "BYHAND_WORKERS",
    )
    assert all(f"- {name} " in told for name in (*wrong, "BYHAND_WORKER"))
    assert "docs/settings.md" in told
    assert "7 settings" in told


def test_mistakes_tell_no_secret() -> None:
    told = mistakes_of(
        {"SLACK_BOT_TOKEN": "hush-1", "BYHAND_KEY": "hush-2", "DATABASE_URL": "hush-3://u:hush-4@h"}
    )
    assert "hush" not in told


@pytest.mark.parametrize("workers", ["0", "33", "-1", "1.5", "two", "²"])
def test_workers_must_be_a_sensible_number(workers: str) -> None:
    assert "BYHAND_WORKERS" in mistakes_of({"BYHAND_WORKERS": workers})


@pytest.mark.parametrize(
    "url",
    [
        "https://slack.example/api/",
        "https://slack.com.example/api/",
        "http://slack.com/api/",
        "http://127.0.0.1.example/api/",
        "http://10.0.0.1/api/",
        "ftp://127.0.0.1/api/",
        "http://127.0.0.1:4321/",
        "http://[::1",
    ],
)
def test_another_slack_than_slacks_is_refused(url: str) -> None:
    assert "SLACK_API_URL" in mistakes_of({**MADE_UP, "SLACK_API_URL": url})


def test_a_stand_in_on_this_machine_never_sees_a_real_token(tmp_path: Path) -> None:
    here = {"SLACK_API_URL": "http://127.0.0.1:4321/api", "BYHAND_DATA_DIR": str(tmp_path)}
    assert "must not see a real token" in mistakes_of({**here, **REAL})
    assert "must not see a real token" in mistakes_of({**here, **MADE_UP, "SLACK_APP_TOKEN": "xapp-1-real"})
    assert settings_of({**here, **MADE_UP}, where="a test").slack_api_url == "http://127.0.0.1:4321/api/"


def test_slack_is_reached_by_socket_or_over_http_and_never_by_both() -> None:
    both = {**REAL, "SLACK_SIGNING_SECRET": "0123456789abcdef"}
    assert "keep the first for Socket Mode" in mistakes_of(both)
    neither = mistakes_of({"SLACK_BOT_TOKEN": "xoxb-1"}, slack=True)
    assert "SLACK_APP_TOKEN is missing (or, for Slack over HTTP, SLACK_SIGNING_SECRET)" in neither


@pytest.mark.parametrize(
    "secret", ["xapp-1-swapped-0123", "xoxb-1-swapped-0123", "short", "with spaces in it"]
)
def test_a_token_or_a_scrap_is_no_signing_secret(secret: str) -> None:
    assert "SLACK_SIGNING_SECRET" in mistakes_of({"SLACK_SIGNING_SECRET": secret})


def test_a_port_is_open_over_http_or_where_one_is_asked_for(tmp_path: Path) -> None:
    here = {"BYHAND_DATA_DIR": str(tmp_path), "SLACK_BOT_TOKEN": "xoxb-1"}
    over_http = {**here, "SLACK_SIGNING_SECRET": "0123456789abcdef"}
    given = [{**here, "SLACK_APP_TOKEN": "xapp-1"}, over_http]
    assert [settings_of(one, where="a test", slack=True).listen for one in given] == [
        None,
        ("127.0.0.1", 3000),
    ]
    for text, where in (("0.0.0.0:80", ("0.0.0.0", 80)), ("[::1]:8080", ("::1", 8080))):
        assert settings_of({**given[0], "BYHAND_LISTEN": text}, where="a test").listen == where


@pytest.mark.parametrize("text", ["3000", ":3000", "localhost", "h:0", "h:99999", "h:http", "a@h:1", "h:1/x"])
def test_where_to_listen_is_a_host_and_a_port(text: str) -> None:
    assert "BYHAND_LISTEN" in mistakes_of({"BYHAND_LISTEN": text})


def test_secrets_do_not_show(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    values = {
        "SLACK_BOT_TOKEN": "xoxb-1-real",
        "SLACK_SIGNING_SECRET": "real0123456789abcdef",
        "BYHAND_KEY": key,
        "DATABASE_URL": "postgresql://u:hush@h/n",
        "BYHAND_DATA_DIR": str(tmp_path),
    }
    shown = repr(settings_of(values, where="a test"))
    assert not any(secret in shown for secret in ("real", key, "hush"))


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    first = Settings.for_demo(tmp_path / "new").keys
    file = tmp_path / "new" / "key"
    assert first == Settings.for_demo(tmp_path / "new").keys
    assert Fernet(first[0].encode())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    Settings.for_demo(tmp_path)
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        Settings.for_demo(tmp_path)


def test_a_spoilt_key_file_is_never_replaced(tmp_path: Path) -> None:
    Settings.for_demo(tmp_path)
    (tmp_path / "key").write_text("nonsense")
    with pytest.raises(SettingsError, match="no valid key"):
        Settings.for_demo(tmp_path)


def test_several_keys_are_read_in_their_order(tmp_path: Path) -> None:
    new, old = (Fernet.generate_key().decode() for _ in range(2))
    values = {"BYHAND_KEY": f"{new}, {old}", "BYHAND_DATA_DIR": str(tmp_path)}
    assert settings_of(values, where="a test").keys == (new, old)


def test_the_demo_reads_nothing_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**REAL, "DATABASE_URL": "postgresql://elsewhere/x", "BYHAND_KEY": "x"}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-outside")
    monkeypatch.chdir(tmp_path)
    settings = Settings.for_demo(tmp_path / "demo")
    assert settings.slack_bot_token is None
    assert settings.database_url == f"sqlite:///{tmp_path / 'demo' / 'byhand.db'}"


def test_each_field_has_one_name_outside() -> None:
    assert sorted(NAMES.values()) == sorted(each.name for each in fields(Settings))


def test_the_example_file_has_each_setting_with_one_sentence() -> None:
    blocks = [block.splitlines() for block in (ROOT / ".env.example").read_text().strip().split("\n\n")[1:]]
    assert [block[-1].split("=")[0] for block in blocks] == list(NAMES)
    for comment, _ in blocks:
        assert comment.startswith("# ")
        assert comment.endswith(".")


def test_the_example_file_needs_only_the_tokens(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    filled = (ROOT / ".env.example").read_text().replace("=.byhand", f"={tmp_path}")
    file.write_text(filled)
    with pytest.raises(SettingsError) as caught:
        settings_from(file, slack=True)
    bot, app = caught.value.mistakes
    assert bot == "SLACK_BOT_TOKEN is missing"
    assert app.startswith("SLACK_APP_TOKEN is missing")
    assert settings_from(file).log_level == "INFO"


def test_a_team_does_not_keep_its_data_where_the_next_demo_empties(tmp_path: Path) -> None:
    (tmp_path / "made-by-the-demo").touch()
    assert "BYHAND_DATA_DIR" in mistakes_of({"BYHAND_DATA_DIR": str(tmp_path)})
