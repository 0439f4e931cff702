"""Acting on elements: what an action says for each kind, and the state of a view's inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.layout import acting, every_block
from bot.sandbox.slack.state import Json, Refused

# For each kind: the field of its answer, and the field of the element that sets it at first.
SINGLE = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "button": ("value", ""),
    "icon_button": ("value", ""),
    "workflow_button": ("value", ""),
}
MANY = {
    "multi_static_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "file_input": ("files", ""),
}
PRESSED = ("button", "icon_button", "workflow_button")
VOTES = ("positive_button", "negative_button")
WITH_OPTIONS = ("static_select", "radio_buttons", "overflow", "multi_static_select", "checkboxes")


@dataclass(frozen=True, slots=True)
class Aim:
    """What a person goes for: an action id, and what tells it from others of that id.

    value: a button's own value, or what is chosen (an option's value, a user, a text).
    """

    action_id: str
    value: Any = None
    block_id: str = ""


def find(blocks: list[Json], aim: Aim) -> tuple[Json, Json]:
    """The one (block, element) that is meant; Refused when there is none, or more than one."""
    found = [
        (block, element)
        for block, _ in every_block(blocks)
        if aim.block_id in ("", block.get("block_id"))
        for element in acting(block)
        if element.get("action_id") == aim.action_id and _offers(element, aim.value)
    ]
    if not found:
        raise Refused(f"there is no {aim.action_id!r} (value {aim.value!r}) to act on")
    if len(found) > 1:
        raise Refused(f"there are {len(found)} of {aim.action_id!r}: say which value or block_id")
    return found[0]


def action(block: Json, element: Json, value: Any) -> Json:
    """The member of `actions` that acting on it sends."""
    told: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
    }
    if element["type"] == "feedback_buttons":
        return told | _vote(element, value)
    if element["type"] in PRESSED:
        told["text"] = element["text"]
        return told | ({"value": element["value"]} if "value" in element else {})
    return told | chosen(element, value)


def chosen(element: Json, value: Any) -> Json:
    """What the state or an action says when that is chosen; None or an empty list is nothing."""
    kind = element["type"]
    if kind in MANY:
        values = list(value or [])
        picked = [_option(element, each) for each in values] if kind in WITH_OPTIONS else values
        return {MANY[kind][0]: picked}
    if kind not in SINGLE:
        raise Refused(f"nobody can act on a {kind} here")
    if value and kind in WITH_OPTIONS:
        return {SINGLE[kind][0]: _option(element, value)}
    if isinstance(value, str) and value and kind == "rich_text_input":
        return {SINGLE[kind][0]: as_rich_text(value)}
    return {SINGLE[kind][0]: value or None}


def as_rich_text(words: str) -> Json:
    """What Slack makes of words that somebody types without any marks."""
    said = {"type": "text", "text": words}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [said]}]}


def initial_state(blocks: list[Json]) -> Json:
    """state.values of a view as it opens: each input, and each select elsewhere."""
    values: Json = {}
    for block in blocks:
        for element in acting(block):
            kind = element["type"]
            if kind in (*PRESSED, "overflow", "feedback_buttons"):
                continue
            field, initial = SINGLE.get(kind) or MANY[kind]
            nothing: Any = [] if kind in MANY else None
            state = {"type": kind, field: element.get(initial, nothing)}
            values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def chosen_channels(view: Json) -> list[tuple[str, Json, str]]:
    """(block_id, element, channel) for each choice whose element asks for a response URL."""
    found: list[tuple[str, Json, str]] = []
    for block in view["blocks"]:
        for element in acting(block):
            if not element.get("response_url_enabled"):
                continue
            state = view["state"]["values"][block["block_id"]][element["action_id"]]
            channel = state.get("selected_conversation") or state.get("selected_channel")
            found += [(block["block_id"], element, channel)] if channel else []
    return found


def options_of(element: Json) -> list[Json]:
    """All options, grouped or not."""
    groups = element.get("option_groups") or []
    grouped = [option for group in groups for option in group["options"]]
    return [*(element.get("options") or []), *grouped]


def _offers(element: Json, value: Any) -> bool:
    if value is None or isinstance(value, list):
        return True
    if element["type"] == "feedback_buttons":
        return any(element[each]["value"] == value for each in VOTES)
    if element["type"] in PRESSED:
        return bool(element.get("value") == value)
    if element["type"] in WITH_OPTIONS:
        return any(option["value"] == value for option in options_of(element))
    return True


def _vote(element: Json, value: Any) -> Json:
    for each in VOTES:
        if element[each]["value"] == value:
            return {"text": element[each]["text"], "value": value}
    raise Refused(f"{element['action_id']!r} does not offer {value!r}")


def _option(element: Json, value: Any) -> Json:
    for option in options_of(element):
        if option["value"] == value:
            return option
    raise Refused(f"{element['action_id']!r} does not offer {value!r}")
