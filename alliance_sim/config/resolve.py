"""Load a config: read its chain of files, apply overrides and resolve every parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from alliance_sim.config.chains import chain_of
from alliance_sim.config.config import Configuration, number
from alliance_sim.config.errors import ConfigError, Problem, shown
from alliance_sim.config.extensions import Mechanism, find_mechanisms, refuse_mechanisms, without_consequences
from alliance_sim.config.files import SourceFile, list_names, shipped_configs, source_of
from alliance_sim.config.list_choices import placed_choices, refuse_files
from alliance_sim.config.resources import DECIDING, DECIDING_TIES, LOWER, too_many_rows, too_much_memory
from alliance_sim.config.validate import Layer, checked_document, checked_overrides, resolved
from alliance_sim.declarations.derived import DERIVED
from alliance_sim.declarations.parameters import DEFAULTS, Value
from alliance_sim.validation import format_given

INTERDEPENDENT = ("trust.gain", "trust.loss_ratio", "practice.stationary", *DERIVED, *DECIDING)
"""Parameters whose values may be valid alone and incompatible with one another."""


def load_configuration(
    name_or_path: str | Path,
    overrides: Mapping[str, object] | None = None,
    *,
    source: str = "override",
    untrusted: bool = False,
) -> Configuration:
    """Load a config and all that it extends.

    Args:
        name_or_path: the name of a shipped config, or the path of a file.
        overrides: parameters to change, by dotted name.
        source: the source of the overrides, for messages (``--set`` on the command line).
        untrusted: whether the config comes from another person than the user. It may then extend only shipped configs,
            by name, and name no mechanisms; no file that it names is accessed or run.

    Raises:
        ConfigError: if files of the chain or overrides are refused; it lists every problem.
        TypeError: if the config is neither a name nor a path, or the overrides are not a mapping.
    """
    if not isinstance(cast("object", name_or_path), str | Path):
        given, shipped = format_given(name_or_path), list_names(shipped_configs())
        raise TypeError(f"the config is {given}, but must be a name or the path of a file; shipped configs: {shipped}")
    return _load(name_or_path, overrides, source, untrusted=untrusted)


def load_untrusted(content: bytes, name: str) -> Configuration:
    """Load a config that was opened in the page or came in a link, from its bytes; no path is accessed.

    Args:
        content: the bytes of the file.
        name: the name of the file, for messages and for the configuration.

    Raises:
        ConfigError: if it is refused; it lists every problem.
    """
    return _load(source_of(content, name, Path(name), in_memory=True), None, "override", untrusted=True)


def _load(
    wanted: str | Path | SourceFile, overrides: Mapping[str, object] | None, source: str, *, untrusted: bool
) -> Configuration:
    files, broken_off = chain_of(wanted, untrusted=untrusted)
    own, unread = ((), refuse_mechanisms(files)) if untrusted else find_mechanisms(files)
    if untrusted:
        unread = [*unread, *(one for file in files for one in refuse_files(file.document, file.place))]
    layers = [checked_document(file.document, file.place, own) for file in files]
    top = checked_overrides({} if overrides is None else overrides, source, own)
    values, unfit = merge_layers(defaults_with(own), [*reversed(layers), top])
    problems = [*(one for layer in layers for one in layer.problems), *broken_off, *unread, *top.problems, *unfit]
    if problems:
        raise ConfigError(without_consequences(problems, files, own) if unread and not untrusted else problems)
    events = sorted((event for layer in reversed(layers) for event in layer.events), key=lambda event: event.half_term)
    chain = tuple(file.path for file in files)
    columns = {name: title for layer in reversed(layers) for name, title in layer.columns.items()}
    schools = {
        name: value
        for file, layer in zip(reversed(files), reversed(layers), strict=True)
        for name, value in placed_choices(layer.schools, file.path.parent).items()
    }
    return Configuration(layers[0].question, values, tuple(events), files[0].path.stem, chain, own, columns, schools)


def default_configuration(overrides: Mapping[str, object] | None = None) -> Configuration:
    """Return the declared defaults, with some parameters changed; no file is read.

    Args:
        overrides: parameters to change, by dotted name.

    Raises:
        ConfigError: if overrides are refused; it lists every problem.
    """
    plain = Configuration("What happens when every parameter has its default?", _values({}))
    return changed(plain, {} if overrides is None else overrides)


def changed(
    configuration: Configuration, overrides: Mapping[str, object], *, source: str = "override"
) -> Configuration:
    """Return a configuration with some parameters changed.

    Args:
        configuration: the configuration to start from.
        overrides: parameters to change, by dotted name.
        source: the source of the overrides, for messages.

    Raises:
        ConfigError: if overrides are refused; it lists every problem.
    """
    layer = checked_overrides(overrides, source, configuration.mechanisms)
    values, unfit = merge_layers(configuration.values, [layer])
    if problems := [*layer.problems, *unfit]:
        raise ConfigError(problems)
    return replace(configuration, values=values)


def defaults_with(own: tuple[Mechanism, ...]) -> dict[str, Value]:
    """Return the declared defaults, followed by those of users' mechanisms."""
    defaults = dict(DEFAULTS)
    for mechanism in own:
        defaults |= mechanism.defaults
    return defaults


def merge_layers(base: Mapping[str, Value], layers: Sequence[Layer]) -> tuple[dict[str, Value], list[Problem]]:
    """Merge layers of values, the last one on top.

    Args:
        base: a value for every parameter.
        layers: changes in order.

    Returns:
        The merged values, and the problems of values that are incompatible with one another.
    """
    changes: dict[str, Value] = {}
    origin: dict[str, Layer] = {}
    for layer in layers:
        changes.update(layer.values)
        origin.update(dict.fromkeys(layer.values, layer))
    values = _values({**base, **changes})
    problems = [*_trust_problems(values, origin), *_derived_problems(values, origin), *_size_problems(values, origin)]
    return values, problems


def _values(changes: Mapping[str, Value]) -> dict[str, Value]:
    """Return every parameter in the declared order, with the types that the model uses."""
    return {name: resolved(name, value) for name, value in {**DEFAULTS, **changes}.items()}


def _trust_problems(values: Mapping[str, Value], origin: Mapping[str, Layer]) -> list[Problem]:
    """Refuse a loss of trust of 1 or more: a broken promise reduces trust by the share ``loss_ratio * gain``."""
    gain, ratio = number(values, "trust.gain"), number(values, "trust.loss_ratio")
    blamed = next((name for name in ("trust.loss_ratio", "trust.gain") if name in origin), None)
    if gain * ratio < 1 or blamed is None:
        return []
    allowed = "trust.gain × trust.loss_ratio under 1"
    sentence = (
        f"trust.gain × trust.loss_ratio is {gain:g} × {ratio:g} = {gain * ratio:g}, but must be under 1; "
        f"lower trust.loss_ratio under {1 / gain:.4g} or trust.gain under {1 / ratio:.4g}"
    )
    return [Problem(*origin[blamed].place_of(blamed), blamed, shown(values[blamed]), allowed, "", sentence)]


def _derived_problems(values: Mapping[str, Value], origin: Mapping[str, Layer]) -> list[Problem]:
    """Refuse values that would have no effect, because they are derived from others."""
    if not values["practice.stationary"]:
        return []
    return [
        Problem(
            *origin[name].place_of(name), name, shown(values[name]), "practice.stationary = false", "",
            f"{name} is {shown(values[name])}, which has no effect while practice.stationary is true; "
            "set practice.stationary = false as well, or leave it out",
        )
        for name in DERIVED
        if name in origin and values[name] != DEFAULTS[name]
    ]  # fmt: skip


def _size_problems(values: Mapping[str, Value], origin: Mapping[str, Layer]) -> list[Problem]:
    """Refuse a population that is too large; the parameter furthest above its default is blamed."""
    for reason, deciding in ((too_many_rows(values), DECIDING_TIES), (too_much_memory(values), DECIDING)):
        changed_here = [name for name in deciding if name in origin]
        if reason and changed_here:
            blamed = max(changed_here, key=lambda name: number(values, name) / number(DEFAULTS, name))
            sentence = f"{blamed} is {shown(values[blamed])}: {reason}; {LOWER}"
            return [Problem(*origin[blamed].place_of(blamed), blamed, shown(values[blamed]), "less", "", sentence)]
    return []
