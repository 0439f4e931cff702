"""The machine's own Chromium, driven by Playwright; nothing is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowser(Exception):
    """There is no browser to test with; the text says what to do."""


@contextmanager
def browser() -> Iterator[Browser]:
    """One browser without a window. Raises NoBrowser where none is installed."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise NoBrowser("no page was looked at: install Chromium (on Debian and Ubuntu: chromium)")
    # Chromium's sandbox wants a user of its own.
    flags = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else [*QUIET]
    with sync_playwright() as playing:
        running = playing.chromium.launch(executable_path=found, args=flags)
        try:
            yield running
        finally:
            running.close()
