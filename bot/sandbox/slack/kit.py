"""The blocks and elements that the stand-in takes, with Slack's limits (slack.md, 2.2)."""

from __future__ import annotations

from bot.sandbox.slack.shapes import (
    Check,
    all_of,
    anything,
    boolean,
    by_type,
    list_of,
    needs_one,
    number,
    object_of,
    one_of,
    string,
    text,
)

ACTION_ID = string(255)
CONFIRM = object_of(
    {
        "title": text(100, plain=True),
        "text": text(300),
        "confirm": text(30, plain=True),
        "deny": text(30, plain=True),
        "style": one_of("primary", "danger"),
    },
    required=("title", "text", "confirm", "deny"),
)
OPTION = object_of(
    {
        "text": text(75),
        "value": string(150),
        "description": text(75),
        "url": string(3000),
    },
    required=("text", "value"),
)
GROUP = object_of(
    {"label": text(75, plain=True), "options": list_of(OPTION, 100)},
    required=("label", "options"),
)


def _element(fields: dict[str, Check], required: tuple[str, ...] = ()) -> Check:
    common: dict[str, Check] = {
        "type": anything,
        "action_id": ACTION_ID,
        "confirm": CONFIRM,
        "focus_on_load": boolean,
        "placeholder": text(150, plain=True),
    }
    return object_of(common | fields, required=("type", *required))


def _menu(initial: str, check: Check, multi: bool) -> Check:
    fields: dict[str, Check] = {initial: check}
    fields |= {"max_selected_items": number} if multi else {"response_url_enabled": boolean}
    fields |= {"default_to_current_conversation": boolean, "filter": anything}
    return _element(fields)


_OPTIONS: dict[str, Check] = {
    "options": list_of(OPTION, 100),
    "option_groups": list_of(GROUP, 100),
}
_CHOICE: dict[str, Check] = {"options": list_of(OPTION, 10)}

ELEMENTS: dict[str, Check] = {
    "button": _element(
        {
            "text": text(75, plain=True),
            "value": string(2000),
            "url": string(3000),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
        required=("text",),
    ),
    "overflow": _element({"options": list_of(OPTION, 5)}, required=("options",)),
    "static_select": all_of(
        _element(_OPTIONS | {"initial_option": OPTION}), needs_one("options", "option_groups")
    ),
    "multi_static_select": all_of(
        _element(_OPTIONS | {"initial_options": list_of(OPTION, 100), "max_selected_items": number}),
        needs_one("options", "option_groups"),
    ),
    "external_select": _element({"initial_option": OPTION, "min_query_length": number}),
    "users_select": _menu("initial_user", string(255), multi=False),
    "multi_users_select": _menu("initial_users", list_of(string(255), 100), multi=True),
    "channels_select": _menu("initial_channel", string(255), multi=False),
    "conversations_select": _menu("initial_conversation", string(255), multi=False),
    "radio_buttons": _element(_CHOICE | {"initial_option": OPTION}, required=("options",)),
    "checkboxes": _element(_CHOICE | {"initial_options": list_of(OPTION, 10)}, required=("options",)),
    "datepicker": _element({"initial_date": string(10)}),
    "timepicker": _element({"initial_time": string(5), "timezone": string(255)}),
}
INPUTS: dict[str, Check] = {
    "plain_text_input": _element(
        {
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            "min_length": number,
            "max_length": number,
            "dispatch_action_config": anything,
        }
    ),
    "number_input": _element({"is_decimal_allowed": boolean, "initial_value": anything}),
    "url_text_input": _element({"initial_value": string(3000, least=0)}),
    "email_text_input": _element({"initial_value": string(3000, least=0)}),
}
IMAGE: dict[str, Check] = {
    "type": anything,
    "image_url": string(3000),
    "slack_file": anything,
    "alt_text": string(2000),
}
PICTURE = all_of(object_of(IMAGE, ("alt_text",)), needs_one("image_url", "slack_file"))
NOT_AN_INPUT = ("button", "overflow")


def _block(fields: dict[str, Check], required: tuple[str, ...] = ()) -> Check:
    common: dict[str, Check] = {"type": anything, "block_id": string(255)}
    return object_of(common | fields, required=required)


BLOCKS: dict[str, Check] = {
    "section": all_of(
        _block(
            {
                "text": text(3000),
                "fields": list_of(text(2000), 10),
                "accessory": by_type(ELEMENTS | {"image": PICTURE}),
                "expand": boolean,
            }
        ),
        needs_one("text", "fields"),
    ),
    "header": _block({"text": text(150, plain=True)}, required=("text",)),
    "divider": _block({}),
    "context": _block(
        {
            "elements": list_of(
                by_type({"image": PICTURE, "plain_text": text(2000), "mrkdwn": text(2000)}),
                10,
            )
        },
        required=("elements",),
    ),
    "actions": _block({"elements": list_of(by_type(ELEMENTS), 25)}, required=("elements",)),
    "image": all_of(
        _block({**IMAGE, "title": text(2000, plain=True)}, required=("alt_text",)),
        needs_one("image_url", "slack_file"),
    ),
    "input": _block(
        {
            "label": text(2000, plain=True),
            "element": by_type(
                INPUTS | {kind: each for kind, each in ELEMENTS.items() if kind not in NOT_AN_INPUT}
            ),
            "hint": text(2000, plain=True),
            "optional": boolean,
            "dispatch_action": boolean,
        },
        required=("label", "element"),
    ),
    "markdown": _block({"text": string(12_000)}, required=("text",)),
    "rich_text": _block({"elements": list_of(anything, 1000)}, required=("elements",)),
    "table": _block(
        {"rows": list_of(list_of(anything, 20), 100), "column_settings": list_of(anything, 20)},
        required=("rows",),
    ),
    "alert": _block({"text": text(200), "level": string(20)}, required=("text",)),
}
NOT_ON: dict[str, tuple[str, ...]] = {
    "alert": ("message", "home"),
    "table": ("modal", "home"),
    "markdown": ("modal", "home"),
}
