"""Read and check the inputs of commands: configs, overrides, lists of schools, numbers and folders."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer

from alliance_sim.cli import console
from alliance_sim.cli.errors import Refusal

if TYPE_CHECKING:
    from alliance_sim.config import Configuration
    from alliance_sim.mesa_model.scenario import Scenario
    from alliance_sim.schools import SchoolList, SchoolListReport
    from alliance_sim.schools.choices import Choices

LARGEST_SEED = 2**64 - 1
MOST_HALF_TERMS = 6_000
MOST_SEEDS = 100_000
MOST_WORKERS = 256
SAMPLED = (
    "population.schools",
    "population.teachers_median",
    "population.teachers_spread",
    "population.secondary_share",
    "population.secondary_median",
)
"""Parameters that decide how schools are sampled; they have no effect where a list of schools is given."""


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return a parser for whole numbers within bounds."""

    def whole_number(text: str) -> int:
        text = str(text).strip()
        written = text.replace("_", "").replace(",", "")
        if not written.removeprefix("-").isascii() or not written.removeprefix("-").isdecimal():
            raise typer.BadParameter(f"{_short(text)} is not a whole number; give one from {least:,} to {most:,}")
        if len(written) > 30 or not least <= int(written) <= most:
            raise typer.BadParameter(f"{_short(text)} is out of bounds; give a whole number from {least:,} to {most:,}")
        return int(written)

    return whole_number


def whole_or_all(least: int) -> Callable[[str], int]:
    """Return a parser for whole numbers that reads ``all`` as a number larger than any count."""
    most = 10**9
    number = whole(least, most)
    return lambda text: most if str(text).strip().lower() == "all" else number(text)


def one_of(*allowed: str) -> Callable[[str], str]:
    """Return a parser that accepts only the allowed words."""

    def word(text: str) -> str:
        if text not in allowed:
            raise typer.BadParameter(f"{_short(text)} is not known; give {', '.join(allowed[:-1])} or {allowed[-1]}")
        return text

    return word


def address(text: str) -> str:
    """Parse the address of a page."""
    text = str(text).strip()
    if not text.startswith(("https://", "http://")) or any(letter.isspace() or letter in '"<>' for letter in text):
        raise typer.BadParameter(
            f"{_short(text)} is not an address; give one such as https://spdx.org/licenses/CC0-1.0"
        )
    return text


def folder(text: str) -> Path:
    """Parse the name of a folder; an empty name is refused, since it would mean the current folder."""
    if not str(text).strip():
        raise typer.BadParameter("the folder's name is empty; give one, or . for the current folder")
    return Path(text)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def set_careful(wanted: bool) -> None:
    """Make this process and its workers also check columns before each rule of a user's mechanism."""
    if wanted:
        from alliance_sim.engine.column_checks import CAREFUL

        os.environ[CAREFUL] = "1"


@dataclass(frozen=True)
class Loaded:
    """Scenarios ready to run, and the report on the list of schools, if one was given."""

    scenarios: list[Scenario]
    school_list: SchoolListReport | None


def load(
    configs: Sequence[str], overrides: Sequence[str], schools: str | None, choices: Choices | None = None
) -> Loaded:
    """Read configs with overrides, and the list of schools as each config groups it.

    Args:
        configs: names or paths of configs.
        overrides: parameters set on the command line.
        schools: the list of schools.
        choices: what the user chose about the list.

    Raises:
        ConfigError: with the errors of all configs.
        SchoolListError: if the list cannot be used.
        Refusal: if a config is given twice.
    """
    from alliance_sim.mesa_model.scenario import Scenario
    from alliance_sim.schools.config_choices import options_of

    configurations = read_configs(configs, overrides)
    _refuse_twice(configs, configurations)
    rosters: dict[str, SchoolList] = {}
    scenarios: list[Scenario] = []
    for configuration in configurations:
        found = None
        if schools is not None:
            key = repr(options_of(configuration, choices))
            if key not in rosters:
                rosters[key] = read_list(schools, configuration, choices)
            found = rosters[key].roster
        scenarios.append(Scenario.of(configuration, roster=found))
    if schools is not None and (unused := [name for name in SAMPLED if any(_sets(name, text) for text in overrides)]):
        console.say(f"Note: the schools come from the list, so setting {', '.join(unused)} changes nothing.")
    report = next((found.report for found in rosters.values()), None)
    if report is not None and report.left_out:
        reasons = ", ".join(f"{reason} {rows:,}" for reason, rows in report.left_out_by_reason.items())
        taken = f"{report.taken:,} of {report.rows:,} rows taken"
        console.say(f"{taken}; left out: {reasons}. `alliance-sim schools FILE` shows which.")
    if report is not None:
        for warning in report.warnings:
            console.say(f"Warning: {warning}.")
    return Loaded(scenarios, report)


def _sets(name: str, override: str) -> bool:
    return override.partition("=")[0].strip() == name


def read_configs(configs: Sequence[str], overrides: Iterable[str]) -> list[Configuration]:
    """Read all configs, or raise ``ConfigError`` with the errors of all of them, each once."""
    from alliance_sim.config import ConfigError, Problem, load_configuration, parse_overrides

    parsed = parse_overrides(overrides)
    loaded: list[Configuration] = []
    problems: dict[Problem, None] = {}
    for config in configs:
        try:
            loaded.append(load_configuration(config, parsed, source="--set"))
        except ConfigError as error:
            problems.update(dict.fromkeys(error.problems))
    if problems:
        raise ConfigError(problems)
    return loaded


def _refuse_twice(configs: Sequence[str], configurations: Sequence[Configuration]) -> None:
    files = [configuration.chain[0].resolve() for configuration in configurations]
    for place, file in enumerate(files):
        if file in files[:place]:
            raise Refusal(f"{configs[place]} is given twice; a config does not differ from itself, so give another one")


def read_list(schools: str, configuration: Configuration, choices: Choices | None = None) -> SchoolList:
    """Read the list of schools at this path, as its user chose and as this config requires; choices come first."""
    from alliance_sim.schools import SchoolListError, read_schools
    from alliance_sim.schools.config_choices import options_of

    try:
        return read_schools(schools, **options_of(configuration, choices))
    except SchoolListError:
        raise
    except (TypeError, ValueError) as error:  # choices of the command line have been checked
        raise Refusal(f"{configuration.chain[0]}: schools.{error}") from None


def refuse_too_much(numbers: float, hint: str) -> None:
    """Raise ``Refusal`` if so many numbers of results would not fit into memory."""
    from alliance_sim.config import results_too_large

    if trouble := results_too_large(numbers):
        raise Refusal(f"{trouble}; {hint}")


def repeatable(command: str, configs: Sequence[str], overrides: Iterable[str], options: Mapping[str, Any]) -> str:
    """Return the command line that repeats the work.

    The folders of a file given by its full path are left out, since results that are passed on should not reveal them.
    """
    words = ["alliance-sim", command, *map(without_folders, configs)]
    for override in overrides:
        words += ["--set", override]
    for name, value in options.items():
        if value is True:
            words.append(f"--{name}")
        elif isinstance(value, list):
            words += [word for each in cast("list[str]", value) for word in (f"--{name}", each)]
        elif value is not None:
            words += [f"--{name}", str(value)]
    return shlex.join(words)


def effects(texts: Iterable[str], configurations: Iterable[Configuration]) -> dict[str, float]:
    """Parse smallest effects of interest, ``sharing=0.02``.

    Raises:
        Refusal: if one is not of an outcome, or not a number above zero.
    """
    from alliance_sim.comparison.comparison import smallest_effects
    from alliance_sim.engine.modules.registry import outcomes_measured

    found: dict[str, float] = {}
    for text in texts:
        name, equals, number = text.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise Refusal(f"--matters {_short(text)}: give an outcome and a number, as in --matters sharing=0.02")
    try:
        return smallest_effects(found, [outcome.name for outcome in outcomes_measured(configurations)]) if found else {}
    except ValueError as trouble:
        raise Refusal(f"--{trouble}") from None


def without_folders(path: str) -> str:
    """Return the path as given, or only the file name of an absolute path."""
    return Path(path).name if Path(path).is_absolute() else path
