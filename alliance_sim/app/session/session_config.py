"""What two worlds are opened with: a config each, perhaps a list of schools; and what would be too much for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from alliance_sim.app.precompile import PREPARATION
from alliance_sim.app.session.presets import Preset, Side
from alliance_sim.config import ConfigError, Configuration, Problem, changed, load_configuration, load_untrusted
from alliance_sim.config.resources import expected_teachers
from alliance_sim.declarations.roster import Roster
from alliance_sim.limits import (
    LARGEST_CONFIG_IN_PAGE,
    MOST_LINES_IN_PAGE,
    MOST_SCHOOLS_IN_PAGE,
    MOST_TEACHERS_IN_PAGE,
    SECONDS_TO_READ_A_LIST,
)
from alliance_sim.mesa_model.scenario import Scenario
from alliance_sim.schools import Bounds, SchoolList, read_schools, read_schools_from
from alliance_sim.text import title

IN_PAGE = Bounds(
    MOST_LINES_IN_PAGE,
    MOST_SCHOOLS_IN_PAGE,
    SECONDS_TO_READ_A_LIST,
    "longer lists can be given to the commands: alliance-sim compare --schools FILE",
)
"""What a list opened in the page may have."""


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
        return replace(self, configuration=changed(self.configuration, changes, source="settings"))


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
        name = safe_name(self.name, "schools.csv")
        return read_schools_from(self.content, name, IN_PAGE, alliance_size=size, pupils_per_teacher=pupils)


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
    if schools > MOST_SCHOOLS_IN_PAGE or teachers > MOST_TEACHERS_IN_PAGE:
        raise RefusedError(
            f"{schools:,.0f} schools with about {teachers:,.0f} teachers are too many for a page, which shows up to "
            f"{MOST_SCHOOLS_IN_PAGE:,} schools and {MOST_TEACHERS_IN_PAGE:,} teachers; take fewer, or "
            "`alliance-sim compare` for all"
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
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    name = safe_name(name, "config.toml")
    if len(data) > LARGEST_CONFIG_IN_PAGE:
        size = f"the file has {len(data):,} bytes, but a config at most {LARGEST_CONFIG_IN_PAGE:,}"
        raise ConfigError([Problem(name, None, None, "", "", "", f"{size}; is it the right file?")])
    configuration = load_untrusted(data, name)
    return WorldSetup(title(configuration.name), configuration)


def safe_name(name: str, otherwise: str) -> str:
    """The last part of a file's name, printable and short, so that it can be written and said."""
    last = Path(str(name).replace("\\", "/")).name
    kept = "".join(letter for letter in last if letter.isalnum() or letter in "._- ")[-60:].strip(". ")
    return kept or otherwise
