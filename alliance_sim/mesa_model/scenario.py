"""A scenario: one configuration, as Mesa wants to see it."""

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
from alliance_sim.validation import said

_SAME = object()
_SET_BY_MESA = ("model", "_scenario_id")


class Scenario(scenarios.Scenario[Any]):
    """Every parameter of a world by its dotted name, with its question, its dated events and perhaps its schools.

    Mesa iterates over a scenario's ``__dict__``; there lie the parameters under their dotted names, and ``rng``, and
    nothing else. Question, events and roster are no parameters: they live in slots beside it. A scenario never
    changes; ``with_changes``, ``with_roster`` and ``copy`` give new ones, not yet in any model.

    Example:
        >>> scenario = Scenario.load("silicon_valley", {"trust.initial": 0.3})
        >>> scenario["trust.initial"], scenario["policy.porosity"]
        (0.3, 0.25)
    """

    __slots__ = ("configuration", "roster")

    def __init__(self, *, rng: RNGLike | SeedLike | None = None, **dotted: object) -> None:
        """The declared defaults, with parameters set by dotted name.

        Args:
            rng: Mesa's seed or generator for the model that takes this scenario.
            **dotted: parameters, as in ``Scenario(rng=1, **{"trust.initial": 0.4})``.

        Raises:
            ConfigError: with everything that is wrong with them.
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
        """The scenario of a shipped config (by name) or of a file (by path), with parameters set on top.

        Raises:
            ConfigError: with everything that is wrong with the files and the overrides.
        """
        return cls.of(load_configuration(name_or_path, overrides), rng=rng)

    @classmethod
    def of(
        cls, configuration: Configuration, *, roster: Roster | None = None, rng: RNGLike | SeedLike | None = None
    ) -> Self:
        """The scenario of a configuration that was loaded before."""
        scenario = cls.__new__(cls)
        scenario._take(configuration, roster, rng)
        return scenario

    def _take(self, configuration: Configuration, roster: Roster | None, rng: Any) -> None:
        if not isinstance(cast("object", roster), Roster | None):
            raise TypeError(f"roster is {said(roster)}, but must be a Roster, such as read_schools() gives, or None")
        if roster is not None:
            refuse_misfits(configuration.values, roster)
        object.__setattr__(self, "configuration", configuration)
        object.__setattr__(self, "roster", roster)
        super().__init__(rng=rng, **configuration.values)

    @property
    def question(self) -> str:
        """What its author wants to know."""
        return self.configuration.question

    @property
    def events(self) -> tuple[Event, ...]:
        """The dated changes of policy, sorted by time."""
        return self.configuration.events

    @property
    def name(self) -> str:
        """What the config is called."""
        return self.configuration.name

    @property
    def hash(self) -> str:
        """SHA-256 over what shapes the world: parameters, events and roster. ``rng`` is not part of it."""
        if self.roster is None:
            return self.configuration.hash
        return hashlib.sha256(f"{self.configuration.hash} {self.roster.digest}".encode("ascii")).hexdigest()

    def __getitem__(self, name: str) -> Value:
        if name in self:
            return cast("Value", self.__dict__[name])
        meant = nearest_parameter(str(name))
        hint = f"did you mean '{meant}'?" if meant else "`alliance-sim parameters` lists them all"
        given, allowed = said(name), "a parameter's name"
        sentence = f"there is no parameter {given}; {hint}"
        raise UnknownNameError([Problem("scenario", None, str(name), given, allowed, meant, sentence)])

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self.configuration.values

    def with_changes(self, changes: Mapping[str, object], *, rng: Any = _SAME) -> Self:
        """A new scenario with some parameters set otherwise; events and roster stay."""
        configuration = changed(self.configuration, changes)
        return type(self).of(configuration, roster=self.roster, rng=self._rng_or(rng))

    def with_roster(self, roster: Roster | None) -> Self:
        """A new scenario with these schools; with ``None``, schools are drawn."""
        return type(self).of(self.configuration, roster=roster, rng=self._rng_or(_SAME))

    def copy(self, *, rng: Any = _SAME) -> Self:
        """The same scenario for another model, with its own ``rng`` if one is given (``None`` counts as given)."""
        return type(self).of(self.configuration, roster=self.roster, rng=self._rng_or(rng))

    def _rng_or(self, rng: Any) -> Any:
        return self.__dict__["rng"] if rng is _SAME else rng

    def to_toml(self) -> str:
        """The whole configuration as a config that stands alone and loads back to the same configuration hash."""
        return self.configuration.to_toml()

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _SET_BY_MESA:
            raise AttributeError(f"cannot set '{name}': a scenario never changes; with_changes() gives a new one")
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"cannot delete '{name}': a scenario never changes; with_changes() gives a new one")

    def __setstate__(self, state: tuple[dict[str, Any], dict[str, Any]]) -> None:
        # Python would set the slots one by one, which __setattr__ forbids.
        parameters, slots = state
        self.__dict__.update(parameters)
        for name, value in slots.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<Scenario {self.name} {self.hash[:12]} rng={self.__dict__['rng']!r}>"


# Mesa's browser view asks the class which names are a scenario's.
Scenario._scenario_defaults = dict(default_configuration().values)  # pyright: ignore[reportPrivateUsage]
