"""The locks install on every platform, from wheels, by hash, and name no machine."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28", "macos", "x86_64-apple-darwin", "windows")
UNREACHABLE = ("Failed to fetch", "Request failed", "Could not connect", "dns error", "error sending request")


def pins(lock: Path) -> list[tuple[str, str]]:
    """Names and versions in a lock; one that differs between platforms stands there twice."""
    return list(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==([^ ;\\]+)", lock.read_text(), re.MULTILINE))


def wanted(lock: Path) -> list[Requirement]:
    """What pyproject.toml asks that lock for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = {"runtime": project["project"]["dependencies"], **project["dependency-groups"]}
    return [Requirement(text) for text in groups[lock.stem]]


def test_there_is_a_lock_for_running_working_and_building() -> None:
    assert [lock.stem for lock in LOCKS] == ["build", "dev", "runtime"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_every_requirement_in_a_version_that_is_asked_for(lock: Path) -> None:
    for requirement in wanted(lock):
        versions = [version for name, version in pins(lock) if name == canonicalize_name(requirement.name)]
        assert versions, requirement
        assert all(requirement.specifier.contains(version) for version in versions), requirement


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_pin_has_hashes_and_nothing_names_an_index_or_a_machine(lock: Path) -> None:
    text = lock.read_text()
    pinned = re.findall(r"^\S+==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(pinned) == len(pins(lock)) > 0
    assert all("--hash=sha256:" in pin for pin in pinned)
    assert not re.search(r"://|index-url|find-links|(^|[\s(])/\w", text)


def test_the_locks_agree_with_each_other() -> None:
    running, working = pins(ROOT / "requirements/runtime.txt"), pins(ROOT / "requirements/dev.txt")
    shared = {name for name, _ in running} & {name for name, _ in working}
    assert shared
    assert {pin for pin in working if pin[0] in shared} <= set(running)


@pytest.mark.registry
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_locks_resolve_as_wheels(python: str, platform: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "uv", "--no-config", "pip", "install", "--dry-run", "--require-hashes"]
    command += ["--only-binary", ":all:", "--python-version", python, "--python-platform", platform]
    command += ["--target", str(tmp_path), *(part for lock in LOCKS for part in ("-r", str(lock)))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode and any(sign in done.stderr for sign in UNREACHABLE):
        pytest.skip("no package registry was reached, so the locks were not resolved")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Would install" in done.stderr
