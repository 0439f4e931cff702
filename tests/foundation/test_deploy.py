"""What deploy/ says is true of this version: the unit, the container, and the page about both."""

from __future__ import annotations

import re
import shlex
import tomllib
from configparser import ConfigParser
from pathlib import Path

import yaml
from packaging.specifiers import SpecifierSet

from bot.config import LISTEN, NAMES
from bot.web.routes import EVENTS, routes
from tests.foundation.test_docs import commands

ROOT = Path(__file__).parents[2]
KNOWN = {path for path, _ in commands()}


def lines_of(name: str) -> list[tuple[str, str]]:
    """The instructions of the Dockerfile: word and rest, with continued lines as one."""
    text = (ROOT / "deploy/Dockerfile").read_text().replace("\\\n", " ")
    found = [line.partition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in found if name in (word, "")]


def test_the_container_is_built_from_what_is_there_by_hash_and_runs_as_nobody_special() -> None:
    (image,) = lines_of("FROM")
    version = re.fullmatch(r"python:(\d+\.\d+)-slim", image[1])
    assert version
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert SpecifierSet(project["requires-python"]).contains(version[1])
    copied = [part for _, rest in lines_of("COPY") for part in rest.split()[:-1]]
    assert [part for part in copied if not (ROOT / part).exists()] == []
    assert {project["readme"], *project["license-files"], "deploy", "bot"} <= set(copied)
    assert not {".", ".env"} & set(copied), "no secret gets into the image"
    (build,) = lines_of("RUN")
    for word in ("--require-hashes", "requirements/runtime.txt", "requirements/build.txt", "--editable ."):
        assert word in build[1]
    assert lines_of("USER") == [("USER", "byhand")]


def test_the_container_speaks_the_settings_commands_and_paths_of_this_version() -> None:
    given = dict(part.split("=") for _, rest in lines_of("ENV") for part in shlex.split(rest))
    assert given.keys() <= NAMES.keys()
    assert lines_of("VOLUME") == [("VOLUME", given["BYHAND_DATA_DIR"])]
    port = given["BYHAND_LISTEN"].split(":")[1]
    assert lines_of("EXPOSE") == [("EXPOSE", port)]
    (health,) = lines_of("HEALTHCHECK")
    assert f"127.0.0.1:{port}/health" in health[1]
    assert {"/health", "/ready", EVENTS} >= {route.path for route in routes(None, {}, {}).routes}  # type: ignore[attr-defined]
    (entry,), (command,) = lines_of("ENTRYPOINT"), lines_of("CMD")
    assert yaml.safe_load(entry[1]) == ["byhand", "--env-file", "-"]
    assert f"byhand {' '.join(yaml.safe_load(command[1]))}" in KNOWN


def test_the_unit_runs_the_bot_with_little_around_it() -> None:
    unit = ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy/byhand.service")
    service = unit["Service"]
    program, *words = service["ExecStart"].split()
    assert program == f"{service['WorkingDirectory']}/.byhand/venv/bin/byhand"
    assert words[:2] == ["--env-file", ".env"]
    assert f"byhand {words[2]}" in KNOWN
    assert service["ReadWritePaths"] == f"{service['WorkingDirectory']}/.byhand"
    assert service["RestartPreventExitStatus"] == "2"
    assert {service[name] for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp")} == {"yes"}


def test_the_page_for_security_teams_has_each_scope_and_event_and_no_other() -> None:
    page = (ROOT / "docs/for-your-security-team.md").read_text()
    asked = yaml.safe_load((ROOT / "deploy/slack-manifest.yaml").read_text())
    table = page.split("## What it asks of Slack")[1].split("Two ways to connect")[0]
    scopes = re.findall(r"^\| `([a-z:]+)` \|", table, re.MULTILINE)
    assert scopes == asked["oauth_config"]["scopes"]["bot"]
    (events,) = re.findall(r"^Events: (.+)$", table, re.MULTILINE)
    assert re.findall(r"`(\w+)`", events) == asked["settings"]["event_subscriptions"]["bot_events"]
    assert f"{LISTEN[0]}:{LISTEN[1]}" in page
    assert len(page.splitlines()) <= 80, "one page"
