"""`byhand audit`: every kind of request that was ever made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from bot.app import Office
from bot.cli.rooms import office
from bot.cli.shown import as_json, problem, say, table
from bot.domain.connector import Call
from bot.domain.ports import LedgerLine
from bot.reading.ledger import template

READS = ("GET", "HEAD")
SLACK = "slack.com"
STAND_IN = re.compile(r"127\.0\.0\.1:\d+/api/\w+(\.\w+)+")
"""A call to the demo's Slack: its methods have dots in their names, which no network's paths have."""


def audit(
    ctx: typer.Context,
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Every kind of request to networks and to Slack: host, method, path, how often, last when.

    Ends with 1 if one to a network neither only reads nor is on the declared list. Example: byhand audit
    """
    with office(ctx) as opened:
        opened.flush_ledger()
        ledger = sorted(opened.store.ledger(), key=lambda line: (line.host, line.template, line.method))
        slack = [line for line in ledger if is_slack(line)]
        networks = [line for line in ledger if line not in slack]
        wrong = undeclared(networks, opened)
    if as_data:
        as_json({"networks": networks, "slack": slack, "undeclared": wrong})
    else:
        _show("Networks", networks)
        for line in networks:
            if line.method not in READS and (call := declared(line, opened)):
                say(f"{line.method} {line.host}{call.path}: {call.why}.")
        _show("Slack", slack)
    if wrong:
        told = ", ".join(f"{line.method} {line.host}{line.template}" for line in wrong)
        problem(f"Not only reading: {told}")
        raise typer.Exit(1)
    if not as_data:
        say("Nothing was ever written to a network.")


def is_slack(line: LedgerLine) -> bool:
    """Whether a request was to Slack, or to the stand-in for it on this machine."""
    if line.host == SLACK or line.host.endswith(f".{SLACK}"):
        return True
    return STAND_IN.fullmatch(f"{line.host}{line.template}") is not None


def undeclared(networks: Iterable[LedgerLine], opened: Office) -> list[LedgerLine]:
    """Requests to networks that are neither GET nor HEAD nor declared by a connector."""
    return [line for line in networks if line.method not in READS and declared(line, opened) is None]


def declared(line: LedgerLine, opened: Office) -> Call | None:
    """The call that a connector declares and this request was; one without a host is to any server of its
    network, and the door lets it through to the Source's own alone."""
    calls = (call for one in opened.networks.connectors().values() for call in one.facts.calls)
    asked = (line.method, line.template)
    found = (call for call in calls if (call.method, template(call.path)) == asked)
    return next((call for call in found if call.host in ("", line.host)), None)


def _show(title: str, lines: Sequence[LedgerLine]) -> None:
    if not lines:
        say(f"{title}: no request yet.")
        return
    columns = ("host", "method", "path", "times", "last")
    rows = ((line.host, line.method, line.template, line.count, line.last_seen) for line in lines)
    table(title, columns, rows)
