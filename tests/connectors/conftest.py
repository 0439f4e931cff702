"""A reader without a network, and the saved answers, for every test of this room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.connectors import fakes


@pytest.fixture
def reader() -> fakes.FakeReader:
    return fakes.FakeReader()


@pytest.fixture
def saved() -> Callable[[str], Any]:
    """The saved answer of that name, read anew each time."""
    return fakes.saved
