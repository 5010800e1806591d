"""What commands are given: configs, overrides, school lists and numbers, read and checked."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from alliance_sim.cli import console
from alliance_sim.cli.errors import Refusal

if TYPE_CHECKING:
    from alliance_sim.config import Configuration
    from alliance_sim.mesa_model.scenario import Scenario
    from alliance_sim.schools import SchoolList, SchoolListReport

LARGEST_SEED = 2**64 - 1
MOST_HALF_TERMS = 6_000
MOST_SEEDS = 100_000
MOST_WORKERS = 256
DRAWN = (
    "population.schools",
    "population.teachers_median",
    "population.teachers_spread",
    "population.secondary_share",
    "population.secondary_median",
)
"""What says how schools are drawn, and nothing where they are given."""


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number within bounds, or says what is allowed."""

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
    """Reads a whole number, or ``all`` for more than there can be."""
    most = 10**9
    number = whole(least, most)
    return lambda text: most if str(text).strip().lower() == "all" else number(text)


def one_of(*allowed: str) -> Callable[[str], str]:
    """Reads one of some words."""

    def word(text: str) -> str:
        if text not in allowed:
            raise typer.BadParameter(f"{_short(text)} is not known; give {', '.join(allowed[:-1])} or {allowed[-1]}")
        return text

    return word


def address(text: str) -> str:
    """Reads the address of a page."""
    text = str(text).strip()
    if not text.startswith(("https://", "http://")) or any(letter.isspace() or letter in '"<>' for letter in text):
        raise typer.BadParameter(f"{_short(text)} is no address; give one, as in https://spdx.org/licenses/CC0-1.0")
    return text


def folder(text: str) -> Path:
    """Reads a folder's name; an empty one would mean the current folder, which nobody asked for."""
    if not str(text).strip():
        raise typer.BadParameter("the folder's name is empty; give one, or . for the current folder")
    return Path(text)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def set_careful(wanted: bool) -> None:
    """Have this process and the workers that it starts check columns before each own rule, too."""
    if wanted:
        from alliance_sim.engine.column_checks import CAREFUL

        os.environ[CAREFUL] = "1"


@dataclass(frozen=True)
class Loaded:
    """Scenarios that are ready to run, and the account of the school list, if one was given."""

    scenarios: list[Scenario]
    school_list: SchoolListReport | None


def load(configs: Sequence[str], overrides: Sequence[str], schools: str | None) -> Loaded:
    """Read configs with overrides on top, and the school list as each of them groups it.

    Raises:
        ConfigError: with what is wrong in all of them.
        SchoolListError: if the list cannot be used.
        Refusal: if a config is given twice.
    """
    from alliance_sim.mesa_model.scenario import Scenario

    configurations = read_configs(configs, overrides)
    _refuse_twice(configs, configurations)
    rosters: dict[tuple[int, float], SchoolList] = {}
    scenarios: list[Scenario] = []
    for configuration in configurations:
        found = None
        if schools is not None:
            key = grouping(configuration.values)
            if key not in rosters:
                rosters[key] = read_list(schools, configuration.values)
            found = rosters[key].roster
        scenarios.append(Scenario.of(configuration, roster=found))
    if schools is not None and (idle := [name for name in DRAWN if any(_sets(name, text) for text in overrides)]):
        console.say(f"Note: the schools come from the list, so setting {', '.join(idle)} changes nothing.")
    report = next((found.report for found in rosters.values()), None)
    if report is not None and report.left_out:
        reasons = ", ".join(f"{reason} {rows:,}" for reason, rows in report.left_out_by_reason.items())
        taken = f"{report.taken:,} of {report.rows:,} rows taken"
        console.say(f"{taken}; left out: {reasons}. `alliance-sim schools FILE` tells which.")
    return Loaded(scenarios, report)


def _sets(name: str, override: str) -> bool:
    return override.partition("=")[0].strip() == name


def read_configs(configs: Sequence[str], overrides: Iterable[str]) -> list[Configuration]:
    """All of them, or all that is wrong with any of them, each problem once."""
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
            said = configs[place]
            raise Refusal(f"{said} is given twice; a config compared with itself has no difference, give another one")


def grouping(values: Mapping[str, Any]) -> tuple[int, float]:
    """The two parameters that decide how a list becomes schools."""
    return int(values["population.alliance_size"]), float(values["population.pupils_per_teacher"])


def read_list(schools: str, values: Mapping[str, Any]) -> SchoolList:
    """The school list at this path."""
    from alliance_sim.schools import read_schools

    alliance_size, pupils_per_teacher = grouping(values)
    return read_schools(schools, alliance_size=alliance_size, pupils_per_teacher=pupils_per_teacher)


def refuse_too_much(numbers: float, hint: str) -> None:
    """Refuse so many numbers as results if they would not fit into memory."""
    from alliance_sim.config import results_too_large

    if trouble := results_too_large(numbers):
        raise Refusal(f"{trouble}; {hint}")


def repeatable(command: str, configs: Sequence[str], overrides: Iterable[str], options: Mapping[str, Any]) -> str:
    """What to type to get the same again.

    Folders above a file that was given by its full path are left out: a result that is mailed should not tell them.
    """
    words = ["alliance-sim", command, *map(without_folders, configs)]
    for override in overrides:
        words += ["--set", override]
    for name, value in options.items():
        if value is not None:
            words += [f"--{name}", str(value)]
    return shlex.join(words)


def without_folders(path: str) -> str:
    """A path as it was typed, or the file's name alone if it was typed from the root."""
    return Path(path).name if Path(path).is_absolute() else path
