"""The elements of blocks, with Slack's limits (docs.slack.dev/reference/block-kit/block-elements)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.kit_rich import RICH_TEXT
from bot.sandbox.slack.shapes import (
    Check,
    Problem,
    anything,
    boolean,
    in_turn,
    list_of,
    matching,
    needs_one,
    needs_only_one,
    number,
    object_of,
    one_of,
    string,
    text,
)

ACTION_ID = string(255)
STYLE = one_of("primary", "danger")
CONFIRM = object_of(
    {
        "title": text(100, plain=True),
        "text": text(300),
        "confirm": text(30, plain=True),
        "deny": text(30, plain=True),
        "style": STYLE,
    },
    required=("title", "text", "confirm", "deny"),
)
DATE = matching(r"\d{4}-\d\d-\d\d", "a date as YYYY-MM-DD")
TIME = matching(r"\d\d:\d\d", "a time as HH:mm")
LATEST = 9_999_999_999


def _option(plain: bool, *more: str) -> Check:
    fields: dict[str, Check] = {
        "text": text(75, plain),
        "value": string(150),
        "description": text(75, plain),
    }
    return object_of(fields | dict.fromkeys(more, string(3000)), required=("text", "value"))


OPTION = _option(plain=True)
CHOICE = _option(plain=False)
GROUP = object_of(
    {"label": text(75, plain=True), "options": list_of(OPTION, 100)},
    required=("label", "options"),
)


def _offered(value: Any, pointer: str) -> Iterator[Problem]:
    """What is chosen at first must be among what can be chosen."""
    options = list(value.get("options") or [])
    for group in value.get("option_groups") or []:
        options += group["options"]
    if value.get("initial_option") and value["initial_option"] not in options:
        yield Problem(f"{pointer}/initial_option", "must match one of the options")
    for place, each in enumerate(value.get("initial_options") or []):
        if each not in options:
            yield Problem(f"{pointer}/initial_options/{place}", "must match one of the options")


def _element(fields: dict[str, Check], *common: str, required: tuple[str, ...] = ()) -> Check:
    """`common`: which of confirm, placeholder and focus_on_load it has."""
    shared: dict[str, Check] = {"type": anything, "action_id": ACTION_ID}
    optional: dict[str, Check] = {
        "confirm": CONFIRM,
        "placeholder": text(150, plain=True),
        "focus_on_load": boolean,
    }
    shared |= {name: optional[name] for name in common}
    return object_of(shared | fields, required=("type", *required))


ASKED = ("confirm", "placeholder", "focus_on_load")
TYPED = ("placeholder", "focus_on_load")


def _menu(fields: dict[str, Check]) -> Check:
    return _element(fields | {"response_url_enabled": boolean}, *ASKED)


def _menu_of_many(fields: dict[str, Check]) -> Check:
    return _element(fields | {"max_selected_items": number(1, 100)}, *ASKED)


FILTER = in_turn(
    object_of(
        {
            "include": list_of(one_of("im", "mpim", "private", "public"), 4),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        }
    ),
    needs_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
ID = string(255)
IDS = list_of(ID, 100)
_LISTED: dict[str, Check] = {"options": list_of(OPTION, 100), "option_groups": list_of(GROUP, 100)}
_TALKS: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": FILTER}
_ONE_LIST = needs_only_one("options", "option_groups")
_LABEL: dict[str, Check] = {"text": text(75, plain=True), "accessibility_label": string(75)}

ELEMENTS: dict[str, Check] = {
    "button": _element(
        _LABEL | {"value": string(2000), "url": string(3000), "style": STYLE},
        "confirm",
        required=("text",),
    ),
    "workflow_button": _element(
        _LABEL | {"workflow": anything, "style": STYLE}, required=("text", "workflow", "action_id")
    ),
    "overflow": _element({"options": list_of(_option(True, "url"), 5)}, "confirm", required=("options",)),
    "static_select": in_turn(_menu(_LISTED | {"initial_option": OPTION}), _ONE_LIST, _offered),
    "multi_static_select": in_turn(
        _menu_of_many(_LISTED | {"initial_options": list_of(OPTION, 100)}), _ONE_LIST, _offered
    ),
    "external_select": _menu({"initial_option": OPTION, "min_query_length": number(0, 3000)}),
    "multi_external_select": _menu_of_many(
        {"initial_options": list_of(OPTION, 100), "min_query_length": number(0, 3000)}
    ),
    "users_select": _menu({"initial_user": ID}),
    "multi_users_select": _menu_of_many({"initial_users": IDS}),
    "channels_select": _menu({"initial_channel": ID}),
    "multi_channels_select": _menu_of_many({"initial_channels": IDS}),
    "conversations_select": _menu({"initial_conversation": ID} | _TALKS),
    "multi_conversations_select": _menu_of_many({"initial_conversations": IDS} | _TALKS),
    "radio_buttons": in_turn(
        _element(
            {"options": list_of(CHOICE, 10), "initial_option": CHOICE},
            "confirm",
            "focus_on_load",
            required=("options",),
        ),
        _offered,
    ),
    "checkboxes": in_turn(
        _element(
            {"options": list_of(CHOICE, 10), "initial_options": list_of(CHOICE, 10)},
            "confirm",
            "focus_on_load",
            required=("options",),
        ),
        _offered,
    ),
    "datepicker": _element({"initial_date": DATE}, *ASKED),
    "timepicker": _element({"initial_time": TIME, "timezone": string(255)}, *ASKED),
    "datetimepicker": _element(
        {"initial_date_time": number(1_000_000_000, LATEST)}, "confirm", "focus_on_load"
    ),
}
DISPATCH = object_of({"trigger_actions_on": list_of(one_of("on_enter_pressed", "on_character_entered"), 2)})
_WRITTEN: dict[str, Check] = {"initial_value": string(3000, least=0), "dispatch_action_config": DISPATCH}
INPUTS: dict[str, Check] = {
    "plain_text_input": _element(
        _WRITTEN | {"multiline": boolean, "min_length": number(0, 3000), "max_length": number(1, 3000)},
        *TYPED,
    ),
    "number_input": _element(
        _WRITTEN | {"is_decimal_allowed": boolean, "min_value": string(255), "max_value": string(255)},
        *TYPED,
        required=("is_decimal_allowed",),
    ),
    "url_text_input": _element(_WRITTEN, *TYPED),
    "email_text_input": _element(_WRITTEN, *TYPED),
    "rich_text_input": _element(
        {
            "initial_value": RICH_TEXT,
            "dispatch_action_config": DISPATCH,
            "min_lines": number(1, 100),
            "max_lines": number(1, 100),
        },
        *TYPED,
        required=("action_id",),
    ),
    "file_input": _element({"filetypes": list_of(string(255), 100), "max_files": number(1, 10)}),
}
_VOTE = object_of(_LABEL | {"value": string(2000)}, required=("text", "value"))
IN_CONTEXT: dict[str, Check] = {
    "feedback_buttons": _element(
        {"positive_button": _VOTE, "negative_button": _VOTE},
        required=("positive_button", "negative_button"),
    ),
    "icon_button": _element(
        _LABEL | {"icon": one_of("trash"), "value": string(2000), "visible_to_user_ids": IDS},
        "confirm",
        required=("icon", "text"),
    ),
}
PICTURE = in_turn(
    object_of(
        {"type": anything, "image_url": string(3000), "slack_file": anything, "alt_text": string(2000)},
        required=("alt_text",),
    ),
    needs_only_one("image_url", "slack_file"),
)
