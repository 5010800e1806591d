"""``Scenario``: a configuration, and perhaps its schools, in the form that Mesa expects."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, cast

from mesa.experimental import scenarios
from mesa.experimental.scenarios.scenario import RNGLike, SeedLike

from alliance_sim.config import (
    Configuration,
    Event,
    Problem,
    UnknownNameError,
    changed,
    default_configuration,
    load_configuration,
    nearest_parameter,
    refuse_misfits,
)
from alliance_sim.declarations.parameters import Value
from alliance_sim.declarations.roster import Roster
from alliance_sim.validation import format_given

_SAME = object()
_SET_BY_MESA = ("model", "_scenario_id")


class Scenario(scenarios.Scenario[Any]):
    """Every parameter by dotted name, with the question, dated events and perhaps a list of schools.

    A scenario is immutable; ``with_changes``, ``with_roster`` and ``copy`` return new ones that no model has taken yet.
    Mesa iterates over its ``__dict__``, which contains the parameters under their dotted names, and ``rng``.
    Question, events and roster are not parameters and are stored in slots.

    Attributes:
        configuration: the resolved configuration.
        roster: the schools; None where they are sampled.

    Example:
        >>> scenario = Scenario.load("silicon_valley", {"trust.initial": 0.3})
        >>> scenario["trust.initial"], scenario["policy.porosity"]
        (0.3, 0.25)
    """

    __slots__ = ("configuration", "roster")

    def __init__(self, *, rng: RNGLike | SeedLike | None = None, **dotted: object) -> None:
        """Create a scenario of the declared defaults, with some parameters changed.

        Args:
            rng: the seed or generator of the model that takes this scenario.
            **dotted: parameters, as in ``Scenario(rng=1, **{"trust.initial": 0.4})``.

        Raises:
            ConfigError: if parameters are refused; it lists every problem.
        """
        self._take(default_configuration(dotted), None, rng)

    @classmethod
    def load(
        cls,
        name_or_path: str | Path,
        overrides: Mapping[str, object] | None = None,
        *,
        rng: RNGLike | SeedLike | None = None,
    ) -> Self:
        """Load a shipped config by name, or a config file by path.

        Args:
            name_or_path: the name or path.
            overrides: parameters to change, by dotted name.
            rng: the seed or generator of the model that takes this scenario.

        Raises:
            ConfigError: if the files or the overrides are refused; it lists every problem.
        """
        return cls.of(load_configuration(name_or_path, overrides), rng=rng)

    @classmethod
    def of(
        cls, configuration: Configuration, *, roster: Roster | None = None, rng: RNGLike | SeedLike | None = None
    ) -> Self:
        """Create a scenario from a configuration that was loaded before.

        Args:
            configuration: the configuration.
            roster: the schools; sampled where None.
            rng: the seed or generator of the model that takes this scenario.

        Raises:
            ConfigError: if the parameters do not fit the roster.
        """
        scenario = cls.__new__(cls)
        scenario._take(configuration, roster, rng)
        return scenario

    def _take(self, configuration: Configuration, roster: Roster | None, rng: Any) -> None:
        if not isinstance(cast("object", roster), Roster | None):
            given = format_given(roster)
            raise TypeError(f"roster is {given}, but must be a Roster, such as read_schools() gives, or None")
        if roster is not None:
            refuse_misfits(configuration.values, roster)
        object.__setattr__(self, "configuration", configuration)
        object.__setattr__(self, "roster", roster)
        super().__init__(rng=rng, **configuration.values)

    @property
    def question(self) -> str:
        """The question that the config asks."""
        return self.configuration.question

    @property
    def events(self) -> tuple[Event, ...]:
        """Dated events, sorted by time."""
        return self.configuration.events

    @property
    def name(self) -> str:
        """The name of the config."""
        return self.configuration.name

    @property
    def hash(self) -> str:
        """SHA-256 over everything that determines results except the seed: parameters, events and roster."""
        if self.roster is None:
            return self.configuration.hash
        return hashlib.sha256(f"{self.configuration.hash} {self.roster.digest}".encode("ascii")).hexdigest()

    def __getitem__(self, name: str) -> Value:
        if name in self:
            return cast("Value", self.__dict__[name])
        meant = nearest_parameter(str(name))
        hint = f"did you mean '{meant}'?" if meant else "`alliance-sim parameters` lists them all"
        given, allowed = format_given(name), "a parameter's name"
        sentence = f"there is no parameter {given}; {hint}"
        raise UnknownNameError([Problem("scenario", None, str(name), given, allowed, meant, sentence)])

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self.configuration.values

    def with_changes(self, changes: Mapping[str, object], *, rng: Any = _SAME) -> Self:
        """Return a scenario with some parameters changed; events and roster stay.

        Args:
            changes: values by dotted name.
            rng: a new seed or generator; None counts as one.

        Raises:
            ConfigError: if the changes are refused.
        """
        configuration = changed(self.configuration, changes)
        return type(self).of(configuration, roster=self.roster, rng=self._rng_or(rng))

    def with_roster(self, roster: Roster | None) -> Self:
        """Return a scenario with these schools; with None, schools are sampled."""
        return type(self).of(self.configuration, roster=roster, rng=self._rng_or(_SAME))

    def copy(self, *, rng: Any = _SAME) -> Self:
        """Return the same scenario for another model, with another ``rng`` if one is given; None counts as one."""
        return type(self).of(self.configuration, roster=self.roster, rng=self._rng_or(rng))

    def _rng_or(self, rng: Any) -> Any:
        return self.__dict__["rng"] if rng is _SAME else rng

    def to_toml(self) -> str:
        """Return the whole configuration as one config file, which loads back to the same configuration hash."""
        return self.configuration.to_toml()

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _SET_BY_MESA:
            raise AttributeError(f"cannot set '{name}': a scenario never changes; with_changes() gives a new one")
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"cannot delete '{name}': a scenario never changes; with_changes() gives a new one")

    def __setstate__(self, state: tuple[dict[str, Any], dict[str, Any]]) -> None:
        # Python's default sets the slots by __setattr__, which refuses.
        parameters, slots = state
        self.__dict__.update(parameters)
        for name, value in slots.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<Scenario {self.name} {self.hash[:12]} rng={self.__dict__['rng']!r}>"


# Mesa's browser view reads the parameters' names from the class.
Scenario._scenario_defaults = dict(default_configuration().values)  # pyright: ignore[reportPrivateUsage]
