"""The setup of a session: two configs and perhaps a list of schools, checked against the limits of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from alliance_sim.app.precompile import PREPARATION
from alliance_sim.app.session.presets import Preset, Side
from alliance_sim.config import ConfigError, Configuration, Problem, changed, load_configuration, load_untrusted
from alliance_sim.config.resources import expected_teachers
from alliance_sim.declarations.labels import ANONYMOUS_SOURCE
from alliance_sim.declarations.roster import Roster
from alliance_sim.limits import (
    LARGEST_CONFIG_IN_PAGE,
    MOST_LINES_IN_PAGE,
    MOST_SCHOOLS_IN_PAGE,
    MOST_TEACHERS_IN_PAGE,
    SECONDS_TO_READ_A_LIST,
)
from alliance_sim.mesa_model.scenario import Scenario
from alliance_sim.schools import Bounds, SchoolList, SchoolListError, read_schools, read_schools_from, titles_in
from alliance_sim.schools.choices import Choices, ListOptions
from alliance_sim.schools.config_choices import options_of
from alliance_sim.text import title

IN_PAGE = Bounds(
    MOST_LINES_IN_PAGE,
    MOST_SCHOOLS_IN_PAGE,
    SECONDS_TO_READ_A_LIST,
    "longer lists can be given to the commands: alliance-sim compare --schools FILE",
    files=False,
)
"""The limits of a list of schools that is opened in the page."""


class RefusedError(ValueError):
    """A request cannot be met; the message says why, and what to do instead."""


@dataclass(frozen=True)
class SystemSetup:
    """One system: its name on the page, and its config."""

    title: str
    configuration: Configuration

    def with_changes(self, changes: Mapping[str, object]) -> SystemSetup:
        """Return the system with some parameters changed.

        Raises:
            ConfigError: if a change is invalid, with all problems.
        """
        return replace(self, configuration=changed(self.configuration, changes, source="settings"))


@dataclass(frozen=True)
class Schools:
    """A list of real schools: a file on this machine, or the content of a file that was opened in the page.

    Attributes:
        name: the name of the file.
        path: the file; None where it was opened in the page.
        content: the bytes of a file that was opened in the page.
        choices: what the user chose about it.
    """

    name: str
    path: Path | None = None
    content: bytes = field(default=b"", repr=False)
    choices: Choices = field(default_factory=Choices)
    _read: dict[str, SchoolList] = field(default_factory=dict[str, SchoolList], repr=False)

    @property
    def shown_name(self) -> str:
        """The name for the page, which names no list where names are replaced."""
        return ANONYMOUS_SOURCE if self.choices.anonymise else self.name

    def as_grouped_by(self, configuration: Configuration) -> SchoolList:
        """Read the list, and group its schools as a config says.

        Raises:
            SchoolListError: if it cannot be used.
            RefusedError: if a choice in the config is not allowed.
        """
        options = options_of(configuration, self.choices)
        if self.choices.anonymise:
            options["anonymise"] = self.choices.phrase or True
        key = repr(options)
        if key not in self._read:
            try:
                self._read[key] = self._list(options)
            except SchoolListError:
                raise
            except (TypeError, ValueError) as error:
                raise RefusedError(f"{configuration.name}: schools.{error}") from None
        return self._read[key]

    def _list(self, options: ListOptions) -> SchoolList:
        if self.path is not None:
            return read_schools(self.path, **options)
        return read_schools_from(self.content, safe_name(self.name, "schools.csv"), IN_PAGE, **options)

    def titles(self) -> list[str]:
        """Return the titles of its columns; none where no header is found."""
        return titles_in(self.content, safe_name(self.name, "schools.csv"), IN_PAGE)


@dataclass(frozen=True)
class Setup:
    """Two systems with the same random numbers.

    Attributes:
        first, second: the systems.
        seed: the seed of their random numbers.
        schools: the list of schools that both use, if there is one.
        preset: the key of the preset, or empty.
        question: the question that the pair answers.
    """

    first: SystemSetup
    second: SystemSetup
    seed: int = 1
    schools: Schools | None = None
    preset: str = ""
    question: str = ""

    @property
    def systems(self) -> tuple[SystemSetup, SystemSetup]:
        """Both systems."""
        return self.first, self.second

    def scenarios(self) -> tuple[Scenario, Scenario]:
        """Return the scenarios of both systems.

        Raises:
            SchoolListError: if the list of schools cannot be used.
            RefusedError: if a system is too large for the page, or one of its modules is still being compiled.
        """
        first, second = (self._scenario(system) for system in self.systems)
        return first, second

    def _scenario(self, system: SystemSetup) -> Scenario:
        roster = self.schools.as_grouped_by(system.configuration).roster if self.schools else None
        _refuse_too_many(system.configuration, roster)
        if reason := PREPARATION.reason_to_wait(system.configuration):
            raise RefusedError(reason)
        return Scenario.of(system.configuration, roster=roster)


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
    """Return the setup of a preset."""
    return Setup(of_side(preset.first), of_side(preset.second), seed, schools, preset.key, preset.question)


def of_side(side: Side) -> SystemSetup:
    """Return one system of a preset."""
    return SystemSetup(side.title, load_configuration(side.config, side.changes))


def of_configs(first: str, second: str, seed: int = 1, schools: Schools | None = None) -> Setup:
    """Return the setup of two configs.

    Args:
        first: the name of a shipped config, or the path of a file.
        second: the same for the second system.
        seed: the seed of the random numbers.
        schools: a list of schools that both systems use.

    Raises:
        ConfigError: if a config is invalid, with all its problems.
    """
    systems = [SystemSetup(title(config.name), config) for config in map(load_configuration, (first, second))]
    if systems[0].title == systems[1].title:
        systems[1] = replace(systems[1], title=f"{systems[1].title} (second)")
    return Setup(systems[0], systems[1], seed, schools, "", systems[0].configuration.question)


def of_text(text: str | bytes, name: str) -> SystemSetup:
    """Return the system of a config that was opened in the page.

    Args:
        text: the content of the file.
        name: the name of the file.

    Raises:
        ConfigError: if the config is invalid, with all its problems.
    """
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    name = safe_name(name, "config.toml")
    if len(data) > LARGEST_CONFIG_IN_PAGE:
        size = f"the file has {len(data):,} bytes, but a config may have at most {LARGEST_CONFIG_IN_PAGE:,}"
        raise ConfigError([Problem(name, None, None, "", "", "", f"{size}; is it the right file?")])
    configuration = load_untrusted(data, name)
    return SystemSetup(title(configuration.name), configuration)


def safe_name(name: str, otherwise: str) -> str:
    """Return the last part of a file's name, short and printable; ``otherwise`` if nothing is left of it."""
    last = Path(str(name).replace("\\", "/")).name
    printable = "".join(letter for letter in last if letter.isalnum() or letter in "._- ")[-60:].strip(". ")
    return printable or otherwise
