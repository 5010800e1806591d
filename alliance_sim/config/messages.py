"""Sentences for validation errors: what is wrong with a config, where, and the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from alliance_sim.config.config import EVENT_KINDS, LARGEST, LARGEST_OF_EACH
from alliance_sim.config.errors import Problem, shortened, shown
from alliance_sim.config.list_choices import KEY as LIST_KEY
from alliance_sim.config.list_choices import choice_problem
from alliance_sim.config.old_names import OLD_EVENT_KEY, REMOVED
from alliance_sim.config.schema import LAST_YEAR
from alliance_sim.config.suggestions import better_value, nearest, nearest_parameter
from alliance_sim.config.toml_lines import KeyPath
from alliance_sim.config.translation import Place, dotted, error_types, not_allowed, translate, value_at
from alliance_sim.declarations.parameters import CHANGED_BY_EVENTS, GROUPS, HALF_TERMS_A_YEAR, PARAMETERS, Parameter

_TOP_KEYS = ("question", "extends", "mechanisms", "events", "columns")
_TEXT_KEYS = ("question", "extends")
_EXAMPLE_QUESTION = 'question = "What if trust were higher?"'


def problems_behind(error: ValidationError, document: Mapping[str, Any], place: Place) -> list[Problem]:
    """Translate pydantic's errors into problems, one for each key.

    Args:
        error: the errors.
        document: the document that was validated.
        place: returns the file and the line of a key.

    Returns:
        Problems in the order of their lines, with a summary of those beyond ``MOST_REPORTED``.
    """
    types = error_types(error, _key_path)
    return translate(types, lambda path, kind: _Key(path, kind, value_at(document, path), place).problem(), place)


def _key_path(path: KeyPath, _: str) -> KeyPath:
    """Return the key concerned by an error: ``level.gate`` for its third number, without the branches of unions."""
    if path[0] == LIST_KEY:
        return path[: 3 if path[1:2] == ("columns",) else 2]
    while len(path) > 2 and isinstance(path[-1], int):
        path = path[:-1]
    return path


def value_problem(parameter: Parameter, given: object, name: str, where: tuple[str, int | None]) -> Problem:
    """Return the problem of a parameter whose value is not allowed.

    Args:
        parameter: the parameter.
        given: its value.
        name: the name under which the value was given.
        where: file and line.
    """
    number = isinstance(given, int | float) and not isinstance(given, bool)
    allowed = parameter.allowed
    if parameter.kind in {"share", "number"} and not number:
        allowed = f"a number, {allowed}"
    return not_allowed(name, given, allowed, where, better_value(parameter, given))


def name_problem(name: str, where: tuple[str, int | None], *, what: str = "parameter", meant: str = "") -> Problem:
    """Return the problem of an unknown name.

    Args:
        name: the unknown name.
        where: file and line.
        what: the kind of thing that was expected.
        meant: the name that was probably meant; looked up among parameters where empty.
    """
    if name in REMOVED:
        sentence = f"there is no {what} '{name}' since version 2 of the model; use {REMOVED[name]}"
        return Problem(*where, name, name, REMOVED[name], "", sentence)
    meant = meant or nearest_parameter(name)
    hint = f"did you mean '{meant}'?" if meant else "`alliance-sim parameters` lists them all"
    allowed = "a name that `alliance-sim parameters` lists"
    name = shortened(name)
    return Problem(*where, name, name, allowed, meant, f"there is no {what} '{name}'; {hint}")


class _Key:
    """A key with an error, and the sentence for it."""

    def __init__(self, path: KeyPath, error_type: str, given: object, place: Place) -> None:
        self.path, self.error_type, self.given, self.place = path, error_type, given, place
        self.name = dotted(path)

    def problem(self) -> Problem:  # noqa: PLR0911 - one return a kind of key
        """Return the problem, with the sentence that fits key and error."""
        match self.path:
            case ("events", *_):
                return self._event_problem()
            case ("mechanisms", *_):
                return self._mechanisms_problem()
            case ("columns" | "schools", *_):
                return choice_problem(self.path, self.given, self.name, self.place)
            case (str(top),) if top in _TEXT_KEYS:
                return self._text_problem()
            case _ if self.error_type == "extra_forbidden":
                return self._unknown_key()
            case _ if self.name in PARAMETERS:
                return value_problem(PARAMETERS[self.name], self.given, self.name, self.place(self.path))
            case _:
                return self._not_a_table()

    def _problem(self, sentence: str, allowed: str, suggestion: str = "") -> Problem:
        return Problem(*self.place(self.path), self.name, shown(self.given), allowed, suggestion, sentence)

    def _not_allowed(self, allowed: str, meant: str = "", remedy: str = "") -> Problem:
        return not_allowed(self.name, self.given, allowed, self.place(self.path), meant, remedy)

    def _text_problem(self) -> Problem:
        if self.name == "extends":
            allowed = "the name of a shipped config or the path of a file, in quotes"
            return self._not_allowed(allowed, remedy="; or leave it out")
        allowed = "a text in quotes"
        if self.error_type == "missing":
            sentence = f"the question is missing; say at the top what you want to know: {_EXAMPLE_QUESTION}"
        elif isinstance(self.given, str):
            sentence = f"the question is blank; say what you want to know: {_EXAMPLE_QUESTION}"
        else:
            return self._not_allowed(allowed, _EXAMPLE_QUESTION, f": {_EXAMPLE_QUESTION}")
        return self._problem(sentence, allowed, _EXAMPLE_QUESTION)

    def _mechanisms_problem(self) -> Problem:
        allowed = 'a list of files, in quotes: mechanisms = ["open_doors.py"]'
        return self._not_allowed(allowed)

    def _unknown_key(self) -> Problem:
        where = self.place(self.path)
        if len(self.path) > 1 and self.path[-1] in _TOP_KEYS:
            key = str(self.path[-1])
            table = f"[{self.path[0]}]"
            sentence = f"'{self.name}' does not belong in {table}; write {key} at the top, before the first [table]"
            return self._problem(sentence, "parameters", key)
        if len(self.path) > 1:
            return name_problem(self.name, where)
        key = self.name
        if key in PARAMETERS:
            sentence = f"'{key}' stands in quotes; write {key} = … without them"
            return self._problem(sentence, "names without quotes", key)
        holds_tables = isinstance(self.given, dict | list)
        if meant := nearest(key.lower(), (*_TOP_KEYS, LIST_KEY, *GROUPS)):
            return name_problem(key, where, what="table" if holds_tables else "key", meant=meant)
        if isinstance(self.given, dict):
            sentence = (
                f"there is no table '{shortened(key)}'; the tables are {', '.join(GROUPS)} and events, and one for "
                'each of your own mechanisms, named at the top: mechanisms = ["its_file.py"]'
            )
            return self._problem(sentence, "a known table")
        return name_problem(key, where)

    def _not_a_table(self) -> Problem:
        """Return the problem of a table's name with another value: ``trust = 0.4``."""
        group = str(self.path[-1])
        if group not in GROUPS:  # only if the schema gains a kind of value that has no sentence here
            return self._problem(f"{self.name} is {shown(self.given)}, which does not fit; see configs/schema.json", "")
        example = GROUPS[group][1][0].name
        if isinstance(self.given, list):
            sentence = (
                f"{self.name} is {shown(self.given)}, but must be one table: write [{group}] with single brackets"
            )
        else:
            sentence = f"{self.name} is {shown(self.given)}, but must be a table; write {example} = … in its place"
        return self._problem(sentence, "a table", example)

    def _event_problem(self) -> Problem:
        match self.path:
            case ("events",) | ("events", int()):
                return self._events_table_problem()
            case ("events", int(), "year"):
                return self._year_problem()
            case ("events", int(), "set", *_):
                return self._set_problem()
            case ("events", int(), "event" | "school"):
                return self._kind_problem()
            case _:
                return self._unknown_event_key()

    def _events_table_problem(self) -> Problem:
        if self.error_type == "no_effect":
            return _Key((*self.path, "set"), "missing", None, self.place).problem()
        if self.error_type == "school_only":
            allowed = f"event = {' or '.join(map(shown, EVENT_KINDS))}"
            sentence = f"{self.name} has a school, but no event for it; add {allowed}"
            return self._problem(sentence, allowed)
        sentence = f"{self.name} is {shown(self.given)}, but each event must be a table: write [[events]] with "
        return self._problem(sentence + "double brackets, and year and set below it", "[[events]] tables")

    def _kind_problem(self) -> Problem:
        meant = ""
        if self.path[-1] == "event":
            meant = nearest(self.given.lower(), EVENT_KINDS) if isinstance(self.given, str) else ""
            allowed = " or ".join(map(shown, EVENT_KINDS))
        else:
            allowed = f"{shown(LARGEST)}, {shown(LARGEST_OF_EACH)}, or a school's name or URN in quotes"
        return self._not_allowed(allowed, meant, f"; did you mean {shown(meant)}?" if meant else "")

    def _unknown_event_key(self) -> Problem:
        key = str(self.path[-1])
        if key == OLD_EVENT_KEY:
            sentence = f"{self.name} is the old name of event, which is there as well; keep event"
            return self._problem(sentence, "year, set, event, school", "event")
        meant = nearest(key.lower(), ("year", "set", "event", "school", OLD_EVENT_KEY))
        meant = "event" if meant == OLD_EVENT_KEY else meant
        hint = f"did you mean '{meant}'?" if meant else f'write set = {{ "{CHANGED_BY_EVENTS[0]}" = … }}'
        sentence = f"an event has a year and a set or an event, and no '{shortened(key)}' ({self.name}); {hint}"
        return self._problem(sentence, "year, set, event, school", meant)

    def _year_problem(self) -> Problem:
        allowed = f"a number of years, 0 to {LAST_YEAR:,}"
        if self.error_type == "missing":
            sentence = f"{self.name} is missing; give the date in years: year = 3 is the end of the third year"
        elif self.error_type == "half_term":
            year = cast("float", self.given)
            nearby = f"{round(round(year * HALF_TERMS_A_YEAR) / HALF_TERMS_A_YEAR, 10):g}"
            nearby = nearby if abs(float(nearby) * HALF_TERMS_A_YEAR % 1) < 1e-9 else _sixths(year)
            sentence = f"{self.name} is {shown(year)}, which falls inside a half-term; a year has six: try {nearby}"
            return self._problem(sentence, f"{allowed}, in sixths", nearby)
        else:
            return self._not_allowed(allowed)
        return self._problem(sentence, allowed)

    def _set_problem(self) -> Problem:
        changeable = ", ".join(CHANGED_BY_EVENTS)
        example = f'set = {{ "{CHANGED_BY_EVENTS[0]}" = 0.2 }}'
        name = ".".join(str(step) for step in self.path[3:])
        if not name:
            if self.error_type == "missing":
                sentence = f"{self.name} is missing; say what changes: {example}"
            elif self.error_type == "empty":
                sentence = f"{self.name} is empty; say what changes: {example}"
            elif self.error_type == "twice":
                sentence = f"{self.name} gives a parameter twice, in quotes and in a table; keep one of them"
            else:
                sentence = f"{self.name} is {shown(self.given)}, but must be a table: {example}"
            return self._problem(sentence, f"a table of {changeable}")
        if name in CHANGED_BY_EVENTS:
            return value_problem(PARAMETERS[name], self.given, self.name, self.place(self.path))
        if self.error_type != "extra_forbidden":
            return self._not_a_table()
        if name in PARAMETERS or name in GROUPS:
            what = f"{name} cannot change" if name in PARAMETERS else f"the parameters of {name} cannot change"
            return self._problem(f"{self.name}: {what} during a run; events may set {changeable}", changeable)
        meant = nearest_parameter(name, CHANGED_BY_EVENTS)
        hint = f"did you mean '{meant}'?" if meant else f"events may set {changeable}"
        sentence = f"{self.name}: there is no parameter '{shortened(name)}' that an event could set; {hint}"
        return self._problem(sentence, changeable, meant)


def _sixths(year: float) -> str:
    """Format the nearest sixth of a year with ten decimals."""
    return f"{round(year * HALF_TERMS_A_YEAR) / HALF_TERMS_A_YEAR:.10f}"
