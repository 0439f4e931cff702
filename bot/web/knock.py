"""Asking our own port how the bot is. It is the one thing that this room calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException

SECONDS = 3
LARGEST = 10_000
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask, not where to listen


def ready(listen: tuple[str, int]) -> Mapping[str, str] | None:
    """What `/ready` says where the bot listens; None when nobody answers there, or somebody else."""
    host, port = listen
    asking = HTTPConnection(ANY_ADDRESS.get(host, host), port, timeout=SECONDS)
    try:
        asking.request("GET", "/ready")
        told = json.loads(asking.getresponse().read(LARGEST))
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        asking.close()
    return {str(name): str(word) for name, word in told.items()} if isinstance(told, dict) else None
