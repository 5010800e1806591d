"""What two worlds are opened with: a config each, perhaps a list of schools; and what would be too much for a page."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from alliance_sim.app.preparation import PREPARATION
from alliance_sim.app.presets import Preset, Side
from alliance_sim.configuration import (
    ConfigError,
    Configuration,
    Problem,
    changed,
    load_configuration,
    shipped_configs,
)
from alliance_sim.configuration.memory import expected_teachers
from alliance_sim.configuration.source_files import names_told
from alliance_sim.plain_words import title
from alliance_sim.roster import Roster
from alliance_sim.scenario import Scenario
from alliance_sim.school_list import SchoolList, SchoolListError, read_schools

MOST_SCHOOLS = 1_000
"""More would be a grey cloud on the page, and slow."""
MOST_TEACHERS = 40_000
LARGEST_CONFIG = 200_000
"""Bytes of a config that is opened in the page."""
LARGEST_LIST = 8_000_000
"""Bytes of a list of schools that is opened in the page. Longer ones can be given to the command, ``--schools``."""


class RefusedError(ValueError):
    """Something was asked for that cannot be; says in a sentence why, and what to do instead."""


@dataclass(frozen=True)
class WorldSetup:
    """One world: its config, and what people call it."""

    title: str
    configuration: Configuration

    def with_changes(self, changes: Mapping[str, object]) -> WorldSetup:
        """The same with some parameters set otherwise.

        Raises:
            ConfigError: with everything that is wrong with them.
        """
        return replace(self, configuration=changed(self.configuration, changes, said_in="settings"))


@dataclass(frozen=True)
class Schools:
    """A list of real schools: a file on this machine, or what was opened in the page."""

    name: str
    path: Path | None = None
    content: bytes = b""
    _read: dict[tuple[int, float], SchoolList] = field(default_factory=dict[tuple[int, float], SchoolList], repr=False)

    def as_grouped_by(self, configuration: Configuration) -> SchoolList:
        """The list as this config groups it.

        Raises:
            SchoolListError: if it cannot be used.
        """
        values = configuration.values
        size = cast("int", values["population.alliance_size"])
        pupils = float(cast("float", values["population.pupils_per_teacher"]))
        if (size, pupils) not in self._read:
            self._read[size, pupils] = self._list(size, pupils)
        return self._read[size, pupils]

    def _list(self, size: int, pupils: float) -> SchoolList:
        if self.path is not None:
            return read_schools(self.path, alliance_size=size, pupils_per_teacher=pupils)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / safe_name(self.name, "schools.csv")
            path.write_bytes(self.content)
            try:
                return read_schools(path, alliance_size=size, pupils_per_teacher=pupils)
            except SchoolListError as error:
                raise SchoolListError(path.name, error.trouble, error.line, error.column) from None


@dataclass(frozen=True)
class Setup:
    """Two worlds with the same luck.

    Attributes:
        first, second: their configs.
        seed: their luck.
        schools: the list of schools that both have, where one is given.
        preset: the key of the preset that this is, or empty.
        question: what is asked.
    """

    first: WorldSetup
    second: WorldSetup
    seed: int = 1
    schools: Schools | None = None
    preset: str = ""
    question: str = ""

    @property
    def worlds(self) -> tuple[WorldSetup, WorldSetup]:
        """Both."""
        return self.first, self.second

    def scenarios(self) -> tuple[Scenario, Scenario]:
        """Both, ready to be lived.

        Raises:
            SchoolListError: if the list of schools cannot be used.
            RefusedError: if a world would be too large for a page, or what it needs is still being prepared.
        """
        first, second = (self._scenario(world) for world in self.worlds)
        return first, second

    def _scenario(self, world: WorldSetup) -> Scenario:
        roster = self.schools.as_grouped_by(world.configuration).roster if self.schools else None
        _refuse_too_many(world.configuration, roster)
        if trouble := PREPARATION.why_not_yet(world.configuration):
            raise RefusedError(trouble)
        return Scenario.of(world.configuration, roster=roster)


def _refuse_too_many(configuration: Configuration, roster: Roster | None) -> None:
    if roster is None:
        schools = float(cast("int", configuration.values["population.schools"]))
        teachers = expected_teachers(configuration.values)
    else:
        schools, teachers = float(roster.schools), float(roster.teachers.sum())
    if schools > MOST_SCHOOLS or teachers > MOST_TEACHERS:
        raise RefusedError(
            f"{schools:,.0f} schools with about {teachers:,.0f} teachers are too many for a page, which shows up to "
            f"{MOST_SCHOOLS:,} schools and {MOST_TEACHERS:,} teachers; take fewer, or `alliance-sim compare` for all"
        )


def of_preset(preset: Preset, seed: int = 1, schools: Schools | None = None) -> Setup:
    """The setup of a preset."""
    return Setup(of_side(preset.first), of_side(preset.second), seed, schools, preset.key, preset.question)


def of_side(side: Side) -> WorldSetup:
    """One world of a preset."""
    return WorldSetup(side.title, load_configuration(side.config, side.changes))


def of_configs(first: str, second: str, seed: int = 1, schools: Schools | None = None) -> Setup:
    """The setup of two configs, shipped names or paths of files.

    Raises:
        ConfigError: with everything that is wrong with either.
    """
    worlds = [WorldSetup(title(config.name), config) for config in map(load_configuration, (first, second))]
    if worlds[0].title == worlds[1].title:
        worlds[1] = replace(worlds[1], title=f"{worlds[1].title} (second)")
    return Setup(worlds[0], worlds[1], seed, schools, "", worlds[0].configuration.question)


def of_text(text: str | bytes, name: str) -> WorldSetup:
    """The world of a config that was opened in the page: its text, and what its file is called.

    Raises:
        ConfigError: with everything that is wrong with it.
    """
    data = text.encode("utf-8") if isinstance(text, str) else text
    if len(data) > LARGEST_CONFIG:
        sentence = f"the file has {len(data):,} bytes, but a config at most {LARGEST_CONFIG:,}; is it the right file?"
        raise ConfigError([Problem(safe_name(name, "config.toml"), None, None, "", "", "", sentence)])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / safe_name(name, "config.toml")
        path.write_bytes(data)
        try:
            _refuse_other_files(data, path.name)
            configuration = load_configuration(path, handed_in=True)
        except ConfigError as error:
            raise ConfigError(_without_folder(problem, folder) for problem in error.problems) from None
    return WorldSetup(title(configuration.name), configuration)


def _refuse_other_files(data: bytes, name: str) -> None:
    """A page may be shared: what is opened in it must not read other files of this machine."""
    for line, row in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        key, equals, value = row.partition("=")
        wanted = value.partition("#")[0].strip().strip("\"'")
        if equals and key.strip().strip("\"'") == "extends" and wanted and wanted not in shipped_configs():
            sentence = f"here a config can extend only what is shipped: {names_told(shipped_configs())}"
            raise ConfigError([Problem(name, line, "extends", wanted[:60], "a shipped name", "", sentence)])


def _without_folder(problem: Problem, folder: str) -> Problem:
    return replace(
        problem,
        file=problem.file.replace(f"{folder}/", ""),
        sentence=problem.sentence.replace(f"{folder}/", ""),
    )


def safe_name(name: str, otherwise: str) -> str:
    """The last part of a file's name, printable and short, so that it can be written and said."""
    last = Path(str(name).replace("\\", "/")).name
    kept = "".join(letter for letter in last if letter.isalnum() or letter in "._- ")[-60:].strip(". ")
    return kept or otherwise
