"""blocks.validate: what Slack would say to blocks, a message or a view, without showing them."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.slack.checks import problems_of_blocks, problems_of_view
from bot.sandbox.slack.limits import Tier
from bot.sandbox.slack.methods import Call, method
from bot.sandbox.slack.shapes import Problem
from bot.sandbox.slack.state import Json, SlackError

LONGEST = 100_000


@method("blocks.validate", Tier.TWO)
def validate(call: Call) -> Json:
    """Exactly one of blocks, message and view; each problem with a pointer into what was given."""
    given = {name: call.arguments[name] for name in ("blocks", "message", "view") if call.arguments.get(name)}
    if len(given) != 1:
        raise SlackError("invalid_arguments", ["must provide exactly one of `blocks`, `view`, or `message`"])
    [(name, value)] = given.items()
    if isinstance(value, str) or len(json.dumps(value)) > LONGEST:
        raise SlackError("invalid_arguments", [f"`{name}` must be JSON of at most {LONGEST} characters"])
    if problems := _problems(name, value):
        raise SlackError(f"invalid_{name}", errors=[_told(each) for each in problems])
    return {}


def _problems(name: str, value: Any) -> list[Problem]:
    if name == "view":
        return problems_of_view(value, "")
    if name == "blocks":
        return problems_of_blocks(value, "message", "")
    if not isinstance(value, dict):
        return [Problem("", "must be an object")]
    return problems_of_blocks(value.get("blocks"), "message", "/blocks")


def _told(problem: Problem) -> Json:
    return {"code": "failed_constraint", "message": problem.what, "pointer": problem.pointer}
