"""What a reader gets from real sockets, and what the server saw of us."""

from __future__ import annotations

from types import SimpleNamespace as Reply

import pytest

from bot.domain.errors import Gone, NeedsSignIn, RateLimited, Refused, Unavailable
from bot.reading.credential import Credential, Sent


def says(status=200, body=b"", drip=0.0, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda heard: Reply(status=status, body=body, headers=named, drip=drip)


def test_a_get_brings_the_body_and_lower_case_headers(serve, open_door, facts):
    server = serve(says(body=b"[1]", X_Thing="yes"))
    answer = (
        open_door(server)
        .reader(facts, server.origin, None)
        .get(f"{server.origin}/api/v1/notifications", {"types[]": ["mention", "status"], "limit": "40"})
    )
    assert (answer.status, answer.body, answer.unchanged) == (200, b"[1]", False)
    assert answer.headers["x-thing"] == "yes"
    assert server.heard[0].target == ("/api/v1/notifications?types%5B%5D=mention&types%5B%5D=status&limit=40")


def test_the_user_agent_names_the_project_and_its_privacy_page(serve, open_door, facts):
    server = serve()
    open_door(server).reader(facts, server.origin, None).get(server.origin)
    agent = server.heard[0].headers["user-agent"]
    assert agent.startswith("ByHand/")
    assert agent.endswith("(+https://github.com/by-hand/by-hand/blob/main/docs/privacy.md)")
