"""Filling in a modal: what was typed goes into its state, and what does not fit is said at the field."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.slack import elements
from bot.sandbox.slack.shown import View
from bot.sandbox.slack.state import Json, Refused, SlackError

REQUIRED = "Please complete this required field."
FORMS = {
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "a valid email address"),
    "url_text_input": (r"https?://\S+", "a valid link"),
}


def fill(view: View, values: Json) -> Json:
    """Put what the person typed into the view's state; by block_id what Slack says of inputs that do not do.

    `values` is keyed by block_id or action_id, or nested as block_id -> action_id -> value.
    """
    missing: Json = {}
    used: set[str] = set()
    for block in view.told["blocks"]:
        if block["type"] != "input":
            continue
        element, block_id = block["element"], block["block_id"]
        state = view.told["state"]["values"][block_id][element["action_id"]]
        for key in (block_id, element["action_id"]):
            if key in values:
                used.add(key)
                state |= elements.chosen(element, _typed(values[key], element["action_id"]))
        if problem := _problem(block, state):
            missing[block_id] = problem
    if unknown := sorted(values.keys() - used):
        raise Refused(f"the modal has no input {', '.join(unknown)}")
    return missing


def named_errors(view: View, told: Any) -> Json:
    """Errors must name inputs of the view; with others Slack only shows that it went wrong."""
    inputs = {block["block_id"] for block in view.told["blocks"] if block["type"] == "input"}
    if not isinstance(told, dict) or not told or told.keys() - inputs:
        raise SlackError("invalid_errors", [f"inputs are {sorted(inputs)}, the app said {told!r}"])
    return dict(told)


def _problem(block: Json, state: Json) -> str:
    filled = next(value for name, value in state.items() if name != "type")
    if not filled:
        return "" if block.get("optional") else REQUIRED
    element = block["element"]
    if isinstance(filled, list):
        most = int(element.get("max_selected_items") or len(filled))
        return f"Please choose at most {most}." if len(filled) > most else ""
    if not isinstance(filled, str):
        return ""
    return _unfit(element, filled) or _too_long_or_short(element, filled)


def _too_long_or_short(element: Json, filled: str) -> str:
    if len(filled) < int(element.get("min_length") or 0):
        return f"Please use at least {element['min_length']} characters."
    if len(filled) > int(element.get("max_length") or len(filled)):
        return f"Please use at most {element['max_length']} characters."
    return ""


def _unfit(element: Json, typed: str) -> str:
    """What is no number, address or link, where one is asked for."""
    kind = element["type"]
    if kind == "number_input":
        return _wrong_number(element, typed)
    if kind in FORMS and not re.fullmatch(FORMS[kind][0], typed):
        return f"Please enter {FORMS[kind][1]}."
    return ""


def _wrong_number(element: Json, typed: str) -> str:
    whole = not element.get("is_decimal_allowed")
    if not re.fullmatch(r"-?\d+" if whole else r"-?\d+(\.\d+)?", typed):
        return "Please enter a whole number." if whole else "Please enter a number."
    if float(typed) < float(element.get("min_value") or typed):
        return f"Please enter at least {element['min_value']}."
    if float(typed) > float(element.get("max_value") or typed):
        return f"Please enter at most {element['max_value']}."
    return ""


def _typed(value: Any, action_id: str) -> Any:
    if isinstance(value, dict):
        if action_id not in value:
            raise Refused(f"the input's action_id is {action_id!r}")
        return value[action_id]
    return value
