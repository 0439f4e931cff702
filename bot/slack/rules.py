"""/engage rules: whom we ask about what without being told; each is written in a form, and tried first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from bot.domain.choices import rule_of, rules_kept
from bot.domain.languages import NAMES
from bot.domain.model import Teammate, Workspace
from bot.domain.ports import Networks, Store, Tx
from bot.domain.routing import TEMPLATES, Rule, words_of
from bot.services.team.ruling import Ruling, Tried
from bot.slack import lines, responses, words
from bot.slack.arrivals import Arrival
from bot.slack.blocks import (
    LONGEST_TEXT,
    Block,
    Drawn,
    actions,
    button,
    choice_of,
    confirmed,
    divider,
    field,
    foot,
    message,
    modal,
    option,
    paragraph,
    select,
)
from bot.slack.modals import TEAMMATE, picked
from bot.slack.said import NAME, Said, cut, plain
from bot.slack.teller import Teller
from bot.slack.values import Code

RULE, KEEP = "rule", "keep_rule"
CALLED, ABOUT, LANGUAGE, PLACE, ALSO = "called", "about", "language", "place", "also"
URGENT, FIRST = "urgent", "first"
LONGEST_NAME, LONGEST_WORDS = 80, 1200
"""Characters; what is typed goes with the form, which carries 3,000."""
SHOWN, NAMED = 12, 6
"""How many rules are told, and how many words of each."""
FITTING, LOOKED = 8, 50
"""How many conversations are shown that rules would have picked, and how many are looked at."""
NEVER = datetime.min.replace(tzinfo=UTC)
OTHER = "other"
NETWORK, WATCH = "network", "watch"


@dataclass(frozen=True, slots=True)
class Names:
    """What a team's people, watches and networks are called, by their ids."""

    people: Mapping[str, str]
    watches: Mapping[str, str]
    networks: Mapping[str, str]

    def place(self, rule: Rule) -> str:
        """Where what a rule is about comes from; empty where nobody looks any more."""
        if rule.watch:
            return self.watches.get(rule.watch, "")
        return self.networks.get(rule.network, rule.network)


@dataclass(frozen=True, slots=True)
class Changed:
    """What comes back with each submission: how the rule was called before it was changed, whether it goes
    before the others, and the rule as it was typed, once it was.
    """

    was: str = ""
    first: bool = False
    rule: Rule | None = None

    def text(self) -> str:
        """For the view's private metadata."""
        kept = rules_kept([self.rule])[0] if self.rule else None
        told = {"was": self.was, "first": self.first, "rule": kept}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def changed_in(view: Mapping[str, Any]) -> Changed:
    """What the view was opened about."""
    kept = json.loads(view["private_metadata"])
    rule = rule_of(kept["rule"]) if kept["rule"] else None
    return Changed(str(kept["was"]), bool(kept["first"]), rule)


@dataclass(frozen=True, slots=True)
class OurRules:
    """The work behind the word and its buttons: any teammate may say whom we ask."""

    store: Store
    ruling: Ruling
    teller: Teller

    def __call__(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        """All of them, whatever follows the word."""
        del by, rest
        self._show(home, arrival)

    def press(self, home: Workspace, arrival: Arrival) -> None:
        """One of the buttons below the rules."""
        match arrival.action:
            case Code.NEW_RULE | Code.CHANGE_RULE:
                self._open(home, arrival)
            case Code.DROP_RULE:
                self.ruling.remove(home.id, arrival.value)
                self._show(home, arrival, replace=True)
            case _:
                self._try(home, arrival)

    def _show(self, home: Workspace, arrival: Arrival, *, replace: bool = False) -> None:
        rules = self.ruling.rules(home.id)
        with self.store.read(home.id) as tx:
            names = names_in(tx, self.ruling.networks)
        self.teller.show(arrival, listed(rules, names), replace=replace)

    def _open(self, home: Workspace, arrival: Arrival) -> None:
        """A rule that is there, a template, or nothing yet."""
        rules = {one.name: one for one in self.ruling.rules(home.id)}
        known = rules.get(arrival.value) if arrival.action == Code.CHANGE_RULE else None
        with self.store.read(home.id) as tx:
            names = names_in(tx, self.ruling.networks)
            named = tx.people.teammate(known.to) if known else None
        if arrival.action == Code.CHANGE_RULE and known is None:
            self._show(home, arrival, replace=True)
            return
        began = known or _template(arrival.value)
        if not self.teller.open_view(arrival, form(began, names, named, was=known.name if known else "")):
            self.teller.say(arrival, responses.press_again())

    def _try(self, home: Workspace, arrival: Arrival) -> None:
        found = self.ruling.tried(home.id, self.ruling.rules(home.id), LOOKED)
        said = responses.rules_would_fit(sum(one.rule is not None for one in found), len(found))
        self.teller.show(arrival, message(plain(said), [paragraph(said), *fitting(found)]))


def names_in(tx: Tx, networks: Networks) -> Names:
    """The names at present."""
    known = networks.connectors()
    followed = sorted({one.network for one in tx.sources.sources()})
    return Names(
        {one.id: one.name for one in tx.people.teammates()},
        {one.id: one.name for one in tx.sources.watches()},
        {name: known[name].facts.label if name in known else name for name in followed},
    )


def _template(name: str) -> Rule | None:
    return Rule(name, "", NEVER, TEMPLATES[name]) if name in TEMPLATES else None


def listed(rules: Sequence[Rule], names: Names) -> Drawn:
    """The rules in their order, each to be changed or removed; then a new one, and what all would pick."""
    head = responses.rules_head(max(0, len(rules) - SHOWN)) if rules else responses.no_rules()
    blocks = [paragraph(head)]
    for one in rules[:SHOWN]:
        blocks += [divider(), paragraph(told(one, names), *_besides(one)), _row(one)]
    used = {one.name for one in rules}
    starts = [(responses.rule_about(name), name) for name in TEMPLATES if name not in used]
    new = select(Code.NEW_RULE, responses.NEW_RULE, [*starts, (responses.RULE_OF_OUR_OWN, OTHER)])
    tried = button(Code.TRY_RULES, responses.TRY_RULES, Code.TRY_RULES, label=responses.TRY_RULES)
    return message(
        plain(head), [*blocks, divider(), actions(new, tried if rules else None), foot(responses.rules_ask())]
    )


def _row(one: Rule) -> Block:
    name = cut(one.name, NAME)
    change = button(Code.CHANGE_RULE, responses.CHANGE, one.name, label=responses.change_rule(name))
    drop = button(Code.DROP_RULE, responses.REMOVE, one.name, label=responses.remove_rule(name))
    drop |= {"confirm": confirmed(responses.removes_rule(name), yes=responses.REMOVE, no=words.CANCEL)}
    return actions(change if _fits(one) else None, drop)


def _fits(one: Rule) -> bool:
    """Whether the form takes all of it as it is."""
    apart = not any(set(word) & set(",\n") for word in one.words)
    return apart and len(_words_of(one)) <= LONGEST_WORDS and len(one.name) <= LONGEST_NAME


def _besides(one: Rule) -> list[Said]:
    return [responses.rings_besides()] if one.urgent else []


def told(rule: Rule, names: Names) -> Said:
    """Whom it asks about what, in words."""
    named = [cut(word, NAME) for word in sorted(rule.words)]
    fits = [responses.has_a_word(tuple(named[:NAMED]), max(0, len(named) - NAMED))] if named else []
    fits += [responses.is_written_in(rule.language)] if rule.language else []
    fits += [responses.comes_from(cut(names.place(rule), NAME))] if rule.watch or rule.network else []
    return responses.rule(cut(rule.name, NAME), cut(names.people.get(rule.to, ""), NAME), tuple(fits))


def fitting(found: Iterable[Tried]) -> list[Block]:
    """The conversations that rules would have picked, with which rule and whom."""
    fit = [one for one in found if one.rule]
    blocks: list[Block] = []
    for one in fit[:FITTING]:
        would = responses.would_ask(cut(one.rule or "", NAME), cut(one.name or "", NAME))
        blocks += [paragraph(words.short_line(lines.name_of(one.line), lines.network_of(one.line)), would)]
        blocks += lines.their_words(one.line.text, one.line.warning)
    left = len(fit) - FITTING
    return [*blocks, *([foot(responses.left_off(left))] if left > 0 else [])]


def form(began: Rule | None, names: Names, named: Teammate | None, *, was: str = "") -> Block:
    """What it is called, who is asked, and about what; `began` is what stands in it already."""
    began = began or Rule("", "", NEVER)
    name = _typed(CALLED, began.name, LONGEST_NAME)
    about = _typed(ABOUT, _words_of(began), LONGEST_WORDS) | {"multiline": True}
    who: Block = {"type": "users_select", "action_id": Code.TEAMMATE.value}
    who |= {"initial_user": named.slack_user} if named and named.can_be_assigned else {}
    also = [option(responses.RINGS_BESIDES, URGENT), option(responses.GOES_FIRST, FIRST)]
    boxes: Block = {"type": "checkboxes", "action_id": ALSO, "options": also}
    boxes |= {"initial_options": also[:1]} if began.urgent else {}
    language = choice_of(LANGUAGE, _languages(began), began.language)
    places = _places(began, names)
    at = [field(PLACE, responses.RULE_PLACE, choice_of(PLACE, places, _at(began)), optional=True)]
    blocks = [
        field(CALLED, responses.RULE_NAME, name),
        field(TEAMMATE, responses.RULE_ASKS, who) | {"dispatch_action": True},
        field(ABOUT, responses.RULE_WORDS, about, hint=responses.RULE_WORDS_HINT, optional=True),
        field(LANGUAGE, responses.RULE_LANGUAGE, language, optional=True),
        *(at if places else []),
        field(ALSO, responses.RULE_ALSO, boxes, optional=True),
    ]
    return modal(
        RULE,
        blocks,
        title=responses.RULE_TITLE,
        submit=responses.TRY_IT,
        close=words.CANCEL,
        memory=Changed(was).text(),
    )


def _languages(began: Rule) -> list[tuple[str, str]]:
    """All that have a name, and the one that was chosen elsewhere by another tag."""
    known = {called: tag for tag, called in NAMES.items()}
    if began.language and began.language not in known.values():
        known[began.language] = began.language
    return sorted(known.items())


def _places(began: Rule, names: Names) -> list[tuple[str, str]]:
    """What was chosen, which may be gone; then networks, and watches."""
    chosen = {_at(began): cut(names.place(began), NAME) or responses.NOWHERE} if _at(began) else {}
    places = chosen | {f"{NETWORK}:{id}": called for id, called in names.networks.items()}
    places |= {f"{WATCH}:{id}": called for id, called in sorted(names.watches.items(), key=itemgetter(1))}
    return [(called, value) for value, called in places.items()]


def _at(rule: Rule) -> str:
    if rule.watch:
        return f"{WATCH}:{rule.watch}"
    return f"{NETWORK}:{rule.network}" if rule.network else ""


def _words_of(rule: Rule) -> str:
    return ", ".join(sorted(rule.words))


def _typed(name: str, text: str, most: int) -> Block:
    made: Block = {"type": "plain_text_input", "action_id": name, "max_length": most}
    return made | ({"initial_value": text[:most]} if text else {})


def tried(changed: Changed, rule: Rule, names: Names, found: Sequence[Tried], *, gives_way: bool) -> Block:
    """What a rule says, and what it would have picked: to be kept or not."""
    fit = [one for one in found if one.rule == rule.name]
    said = [responses.rule_would_fit(len(fit), len(found))]
    said += [responses.takes_the_place(cut(rule.name, NAME))] if gives_way else []
    return modal(
        KEEP,
        [paragraph(told(rule, names), *_besides(rule)), paragraph(*said), *fitting(fit)],
        title=responses.RULE_TITLE,
        submit=responses.KEEP_RULE,
        close=words.CANCEL,
        memory=replace(changed, rule=rule).text(),
    )


def wrong_in(rule: Rule, changed: Changed) -> dict[str, str]:
    """What is wrong with what was typed, by the field."""
    if not rule.name:
        return {CALLED: responses.refused("no name")}
    if not (rule.words or rule.language or rule.network or rule.watch):
        return {ABOUT: responses.refused("about nothing")}
    if len(replace(changed, rule=rule).text()) > LONGEST_TEXT:
        return {ABOUT: responses.refused("too many words")}
    return {}


def rule_in(view: Mapping[str, Any], to: str, now: datetime) -> tuple[Rule, bool]:
    """What was typed and chosen, and whether it goes before the others."""
    kind, _, id = picked(view, PLACE).partition(":")
    ticked = {each["value"] for each in _state(view, ALSO).get("selected_options") or ()}
    rule = Rule(
        " ".join(str(_state(view, CALLED).get("value") or "").split())[:LONGEST_NAME],
        to,
        now,
        words_of(str(_state(view, ABOUT).get("value") or "").replace("\n", ",").split(",")),
        language=picked(view, LANGUAGE),
        network=id if kind == NETWORK else "",
        watch=id if kind == WATCH else "",
        urgent=URGENT in ticked,
    )
    return rule, FIRST in ticked


def _state(view: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return view["state"]["values"].get(name, {}).get(name, {}) or {}
