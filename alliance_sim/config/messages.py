"""What pydantic found wrong, said to the person who wrote the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, cast

from pydantic import ValidationError

from alliance_sim.config.config import EVENT_KINDS, LARGEST, LARGEST_OF_EACH
from alliance_sim.config.errors import Problem, shortened, shown
from alliance_sim.config.schema import LAST_YEAR
from alliance_sim.config.suggestions import better_value, nearest, nearest_parameter
from alliance_sim.config.toml_lines import KeyPath
from alliance_sim.declarations.parameters import CHANGED_BY_EVENTS, GROUPS, HALF_TERMS_A_YEAR, PARAMETERS, Parameter

Place = Callable[[KeyPath], tuple[str, int | None]]
"""Says in which file and on which line a key stands."""

MOST_REPORTED = 100
"""Nobody reads further, and a hostile file could hold fifty thousand mistakes."""

_AT_THE_TOP = ("question", "extends", "mechanisms", "events")
_QUESTION = 'question = "What if trust were higher?"'
_ASKED = ("question", "extends")


def problems_behind(error: ValidationError, document: Mapping[str, Any], place: Place) -> list[Problem]:
    """One problem for each key that pydantic complains about, however many complaints it has about it."""
    complaints: dict[KeyPath, str] = {}
    for complaint in error.errors(include_url=False, include_context=False, include_input=False):
        complaints.setdefault(_key_path(complaint["loc"]), complaint["type"])
    problems = [
        _Key(path, complaint, _value_at(document, path), place).problem()
        for path, complaint in islice(complaints.items(), MOST_REPORTED)
    ]
    problems.sort(key=lambda problem: problem.line or 0)
    if (rest := len(complaints) - len(problems)) > 0:
        sentence = f"{rest:,} more problems like these; mend the first ones and check again"
        problems.append(Problem(place(())[0], None, None, "", "", "", sentence))
    return problems


def _key_path(loc: tuple[str | int, ...]) -> KeyPath:
    """The key a complaint is about: ``level.gate`` for its third number."""
    path = tuple(loc)
    while len(path) > 2 and isinstance(path[-1], int):
        path = path[:-1]
    return path


def _value_at(document: Mapping[str, Any], path: KeyPath) -> object:
    value: Any = document
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def dotted(path: KeyPath) -> str:
    """A path as people write it, events counted from one: ``events[2].year``."""
    name = ""
    for step in path:
        name += f"[{step + 1}]" if isinstance(step, int) else f".{shortened(step)}"
    return name.removeprefix(".")


def value_problem(parameter: Parameter, given: object, name: str, where: tuple[str, int | None]) -> Problem:
    """A parameter has a value that it cannot have."""
    number = isinstance(given, int | float) and not isinstance(given, bool)
    allowed = parameter.allowed
    if parameter.kind in {"share", "number"} and not number:
        allowed = f"a number, {allowed}"
    better = better_value(parameter, given)
    hint = f"; did you mean {better}?" if better else ""
    sentence = f"{name} is {shown(given)}, but must be {allowed}{hint}"
    return Problem(*where, name, shown(given), allowed, better, sentence)


def name_problem(name: str, where: tuple[str, int | None], *, what: str = "parameter", meant: str = "") -> Problem:
    """There is nothing of this name."""
    meant = meant or nearest_parameter(name)
    hint = f"did you mean '{meant}'?" if meant else "`alliance-sim parameters` lists them all"
    allowed = "a name that `alliance-sim parameters` lists"
    name = shortened(name)
    return Problem(*where, name, name, allowed, meant, f"there is no {what} '{name}'; {hint}")


class _Key:
    """One key that was complained about."""

    def __init__(self, path: KeyPath, complaint: str, given: object, place: Place) -> None:
        self.path, self.complaint, self.given, self.place = path, complaint, given, place
        self.name = dotted(path)

    def problem(self) -> Problem:
        """The sentence that fits."""
        match self.path:
            case ("events", *_):
                return self._of_event()
            case ("mechanisms", *_):
                return self._of_mechanisms()
            case (str(top),) if top in _ASKED:
                return self._of_text()
            case _ if self.complaint == "extra_forbidden":
                return self._unknown()
            case _ if self.name in PARAMETERS:
                return value_problem(PARAMETERS[self.name], self.given, self.name, self.place(self.path))
            case _:
                return self._no_table()

    def _told(self, sentence: str, allowed: str, suggestion: str = "") -> Problem:
        return Problem(*self.place(self.path), self.name, shown(self.given), allowed, suggestion, sentence)

    def _of_text(self) -> Problem:
        if self.name == "extends":
            allowed = "the name of a shipped config or the path of a file, in quotes"
            return self._told(f"extends is {shown(self.given)}, but must be {allowed}; or leave it out", allowed)
        allowed = "a text in quotes"
        if self.complaint == "missing":
            sentence = f"the question is missing; say at the top what you want to know: {_QUESTION}"
        elif isinstance(self.given, str):
            sentence = f"the question is blank; say what you want to know: {_QUESTION}"
        else:
            sentence = f"question is {shown(self.given)}, but must be {allowed}: {_QUESTION}"
        return self._told(sentence, allowed, _QUESTION)

    def _of_mechanisms(self) -> Problem:
        allowed = 'a list of files, in quotes: mechanisms = ["open_doors.py"]'
        return self._told(f"{self.name} is {shown(self.given)}, but must be {allowed}", allowed)

    def _unknown(self) -> Problem:
        where = self.place(self.path)
        if len(self.path) > 1 and self.path[-1] in _AT_THE_TOP:
            key = str(self.path[-1])
            sentence = f"'{self.name}' does not belong in the table; write {key} at the top, before the first [table]"
            return self._told(sentence.replace("the table", f"[{self.path[0]}]"), "parameters", key)
        if len(self.path) > 1:
            return name_problem(self.name, where)
        key = self.name
        if key in PARAMETERS:
            sentence = f"'{key}' stands in quotes; write {key} = … without them"
            return self._told(sentence, "names without quotes", key)
        holds_tables = isinstance(self.given, dict | list)
        if meant := nearest(key.lower(), (*_AT_THE_TOP, *GROUPS)):
            return name_problem(key, where, what="table" if holds_tables else "key", meant=meant)
        if isinstance(self.given, dict):
            sentence = (
                f"there is no table '{shortened(key)}'; the tables are {', '.join(GROUPS)} and events, and one for "
                'each mechanism of your own that is named at the top: mechanisms = ["its_file.py"]'
            )
            return self._told(sentence, "a known table")
        return name_problem(key, where)

    def _no_table(self) -> Problem:
        """A table's name with something else: ``trust = 0.4``."""
        group = str(self.path[-1])
        if group not in GROUPS:  # cannot be, unless the schema grows a shape that is not explained here
            return self._told(f"{self.name} is {shown(self.given)}, which does not fit; see configs/schema.json", "")
        example = GROUPS[group][1][0].name
        if isinstance(self.given, list):
            sentence = (
                f"{self.name} is {shown(self.given)}, but must be one table: write [{group}] with single brackets"
            )
        else:
            sentence = f"{self.name} is {shown(self.given)}, but must be a table; write {example} = … in its place"
        return self._told(sentence, "a table", example)

    def _of_event(self) -> Problem:
        match self.path:
            case ("events",) | ("events", int()):
                return self._of_events_table()
            case ("events", int(), "year"):
                return self._of_year()
            case ("events", int(), "set", *_):
                return self._of_set()
            case ("events", int(), "happens" | "school"):
                return self._of_happening()
            case _:
                return self._unknown_in_event()

    def _of_events_table(self) -> Problem:
        if self.complaint == "about_nothing":
            return _Key((*self.path, "set"), "missing", None, self.place).problem()
        if self.complaint == "nobody_asked":
            allowed = f"happens = {' or '.join(map(shown, EVENT_KINDS))}"
            sentence = f"{self.name} names a school, but not what happens to it; add {allowed}"
            return self._told(sentence, allowed)
        sentence = f"{self.name} is {shown(self.given)}, but each event must be a table: write [[events]] with "
        return self._told(sentence + "double brackets, and year and set below it", "[[events]] tables")

    def _of_happening(self) -> Problem:
        meant = ""
        if self.path[-1] == "happens":
            meant = nearest(self.given.lower(), EVENT_KINDS) if isinstance(self.given, str) else ""
            allowed = " or ".join(map(shown, EVENT_KINDS))
        else:
            allowed = f"{shown(LARGEST)}, {shown(LARGEST_OF_EACH)}, or a school's name or URN in quotes"
        hint = f"; did you mean {shown(meant)}?" if meant else ""
        return self._told(f"{self.name} is {shown(self.given)}, but must be {allowed}{hint}", allowed, meant)

    def _unknown_in_event(self) -> Problem:
        key = str(self.path[-1])
        meant = nearest(key.lower(), ("year", "set", "happens", "school"))
        hint = f"did you mean '{meant}'?" if meant else f'write set = {{ "{CHANGED_BY_EVENTS[0]}" = … }}'
        sentence = f"an event has a year and a set, or happens, and no '{shortened(key)}' ({self.name}); {hint}"
        return self._told(sentence, "year, set, happens, school", meant)

    def _of_year(self) -> Problem:
        allowed = f"a number of years, 0 to {LAST_YEAR:,}"
        if self.complaint == "missing":
            sentence = f"{self.name} is missing; say when it happens: year = 3 is when three years are over"
        elif self.complaint == "half_term":
            year = cast("float", self.given)
            nearby = f"{round(round(year * HALF_TERMS_A_YEAR) / HALF_TERMS_A_YEAR, 10):g}"
            nearby = nearby if abs(float(nearby) * HALF_TERMS_A_YEAR % 1) < 1e-9 else _sixths(year)
            sentence = f"{self.name} is {shown(year)}, which falls inside a half-term; a year has six: try {nearby}"
            return self._told(sentence, f"{allowed}, in sixths", nearby)
        else:
            sentence = f"{self.name} is {shown(self.given)}, but must be {allowed}"
        return self._told(sentence, allowed)

    def _of_set(self) -> Problem:
        changeable = ", ".join(CHANGED_BY_EVENTS)
        example = f'set = {{ "{CHANGED_BY_EVENTS[0]}" = 0.2 }}'
        name = ".".join(str(step) for step in self.path[3:])
        if not name:
            if self.complaint == "missing":
                sentence = f"{self.name} is missing; say what changes: {example}"
            elif self.complaint == "empty":
                sentence = f"{self.name} is empty; say what changes: {example}"
            elif self.complaint == "twice":
                sentence = f"{self.name} gives a parameter twice, in quotes and in a table; keep one of them"
            else:
                sentence = f"{self.name} is {shown(self.given)}, but must be a table: {example}"
            return self._told(sentence, f"a table of {changeable}")
        if name in CHANGED_BY_EVENTS:
            return value_problem(PARAMETERS[name], self.given, self.name, self.place(self.path))
        if self.complaint != "extra_forbidden":
            return self._no_table()
        if name in PARAMETERS or name in GROUPS:
            what = f"{name} cannot change" if name in PARAMETERS else f"the parameters of {name} cannot change"
            return self._told(f"{self.name}: {what} while a world runs; events may set {changeable}", changeable)
        meant = nearest_parameter(name, CHANGED_BY_EVENTS)
        hint = f"did you mean '{meant}'?" if meant else f"events may set {changeable}"
        sentence = f"{self.name}: there is no parameter '{shortened(name)}' that an event could set; {hint}"
        return self._told(sentence, changeable, meant)


def _sixths(year: float) -> str:
    """The nearest sixth of a year, with as many digits as it takes."""
    return f"{round(year * HALF_TERMS_A_YEAR) / HALF_TERMS_A_YEAR:.10f}"
