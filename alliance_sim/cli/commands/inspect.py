"""``alliance-sim parameters``, ``configs`` and ``check``: inspect inputs before running."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from alliance_sim.cli import console
from alliance_sim.cli.commands import inspect_lesson, inspect_study
from alliance_sim.cli.errors import Refusal, format_problem

if TYPE_CHECKING:
    from alliance_sim.config import Configuration
    from alliance_sim.declarations.parameters import Parameter


def parameters(word: str, as_json: bool) -> None:
    """Show every parameter, or those in which the word occurs."""
    from alliance_sim.declarations.parameters import GROUPS, PARAMETERS

    sought = word.strip().casefold()
    found = [parameter for parameter in PARAMETERS.values() if sought in _searchable_text(parameter)]
    if not found:
        from alliance_sim.config import nearest_parameter

        meant = nearest_parameter(word)
        hint = f"did you mean {meant}?" if meant else "`alliance-sim parameters` lists them all"
        raise Refusal(f"no parameter mentions {word!r}; {hint}")
    if as_json:
        console.show_json({"parameters": [asdict(parameter) | {"allowed": parameter.allowed} for parameter in found]})
        return
    from alliance_sim.text import format_parameter

    for group, (heading, _) in GROUPS.items():
        rows = [
            [
                f"{one.name}\n  {'' if one.symbol == '—' else f'{one.symbol} = '}{format_parameter(one.default)}",
                f"{one.meaning} ({one.unit}; {one.source})\n{one.allowed}",
            ]
            for one in found
            if one.group == group
        ]
        if rows:
            columns = ["parameter and default", "meaning (unit; source), allowed values"]
            console.show(console.table(columns, rows, title=heading))


def _searchable_text(parameter: Parameter) -> str:
    return " ".join((parameter.name, parameter.symbol, parameter.meaning, parameter.source)).casefold()


def configs(as_json: bool) -> None:
    """Show the names and questions of the shipped configs and studies."""
    from alliance_sim.config import load_configuration, shipped_configs, shipped_studies
    from alliance_sim.config.files import read

    shipped = {name: load_configuration(name) for name in shipped_configs()}
    studies = {name: str(read(path, name).document["question"]) for name, path in shipped_studies().items()}
    if as_json:
        listed = [{"name": name, "question": one.question, "hash": one.hash} for name, one in shipped.items()]
        of_studies = [{"name": name, "question": question} for name, question in studies.items()]
        console.show_json({"configs": listed, "studies": of_studies})
        return
    rows = [[name, one.question] for name, one in shipped.items()]
    console.show(console.table(["config", "question"], rows))
    console.show(console.table(["study", "question"], [list(row) for row in studies.items()]))
    folder = next(iter(shipped_configs().values())).parent
    where = f"They are stored in {folder} and its subfolder studies."
    console.show(f"{where} To make your own, copy or extend one and give its path.")


def check(names: Sequence[str], as_json: bool) -> None:
    """Show the errors of configs, studies and lessons, or how configs differ from the baseline."""
    from alliance_sim.app.lesson.lesson_file import load_lesson, names_a_lesson
    from alliance_sim.config import ConfigError, Problem, load_configuration
    from alliance_sim.study import Study
    from alliance_sim.study.spec.load import names_a_study

    if not names:
        lists = "`alliance-sim configs` lists the names"
        raise Refusal(f"check needs the name or path of a config, study or lesson, or --schema; {lists}")
    checked: list[dict[str, Any]] = []
    problems: dict[Problem, None] = {}
    for name in names:
        kind = "lesson" if names_a_lesson(name) else "study" if names_a_study(name) else "config"
        try:
            if kind == "lesson":
                found = inspect_lesson.summarise(lesson := load_lesson(name))
                if not as_json:
                    inspect_lesson.show_valid(name, lesson)
            elif kind == "study":
                found = inspect_study.summarise(study := Study.load(name))
                if not as_json:
                    inspect_study.show_valid(name, study)
            else:
                found = _summarise(configuration := load_configuration(name))
                if not as_json:
                    _show_valid(name, configuration)
        except ConfigError as error:
            problems.update(dict.fromkeys(error.problems))
            wrong = [format_problem(problem) for problem in error.problems]
            checked.append({kind: name, "fine": False, "problems": wrong})
        else:
            checked.append({kind: name, "fine": True} | found)
    if problems:
        raise InvalidConfigs(checked, problems)
    if as_json:
        console.show_json({"configs": checked})


class InvalidConfigs(Refusal):
    """Raised if some configs have errors; holds what was found about the others as well."""

    def __init__(self, checked: Sequence[dict[str, Any]], problems: Any) -> None:
        super().__init__(*map(str, problems), problems=[format_problem(problem) for problem in problems])
        self.checked = list(checked)

    def to_dict(self) -> dict[str, Any]:
        """Return the document for ``--json``."""
        return super().to_dict() | {"configs": self.checked}


def _summarise(configuration: Configuration) -> dict[str, Any]:
    from alliance_sim.declarations.parameters import PARAMETERS

    return {
        "name": configuration.name,
        "question": configuration.question,
        "hash": configuration.hash,
        "differs": {name: value for name, value in configuration.values.items() if value != PARAMETERS[name].default},
        "events": [event.to_dict() for event in configuration.events],
    }


def _show_valid(name: str, configuration: Configuration) -> None:
    from alliance_sim.declarations.parameters import PARAMETERS
    from alliance_sim.text import format_parameter

    console.show(f"{name}: valid ({configuration.hash[:12]}). {configuration.question}")
    differs = [key for key, value in configuration.values.items() if value != PARAMETERS[key].default]
    if differs:
        rows = [
            [
                key,
                format_parameter(PARAMETERS[key].default),
                format_parameter(configuration.values[key]),
                PARAMETERS[key].meaning,
            ]
            for key in differs
        ]
        console.show(console.table(["differs in", "baseline", "here", "meaning"], rows))
    else:
        console.show("Every parameter has its default value.")
    for event in configuration.events:
        changes = ", ".join(event.effects())
        console.show(f"After year {event.year:g}: {changes}.")


def schema() -> None:
    """Print the JSON schema of configs, for editors."""
    from alliance_sim.config import json_schema

    console.show_json(json_schema())
