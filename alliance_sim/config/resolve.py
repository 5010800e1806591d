"""From a name or a path, through what it extends and what is overridden, to a whole configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from alliance_sim.config.chains import chain_of
from alliance_sim.config.config import Configuration, number
from alliance_sim.config.errors import ConfigError, Problem, shown
from alliance_sim.config.extensions import Mechanism, named_in, refused_in, without_consequences
from alliance_sim.config.files import SourceFile, list_names, shipped_configs, source_of
from alliance_sim.config.resources import DECIDING, DECIDING_TIES, LOWER, too_many_rows, too_much_memory
from alliance_sim.config.validate import Layer, checked_document, checked_overrides, resolved
from alliance_sim.declarations.parameters import DEFAULTS, Value
from alliance_sim.validation import said

GO_TOGETHER = ("trust.gain", "trust.loss_ratio", *DECIDING)
"""The parameters of which a value may be sound and yet not go with another's."""


def load_configuration(
    name_or_path: str | Path,
    overrides: Mapping[str, object] | None = None,
    *,
    source: str = "override",
    untrusted: bool = False,
) -> Configuration:
    """Reads a config and all that it extends.

    Args:
        name_or_path: the name of a shipped config, or the path of a file.
        overrides: parameters to set on top, by dotted name.
        source: where the overrides came from, for the sentences (the command line says ``--set``).
        untrusted: whether the config comes from somebody else than who runs this. It may then extend only shipped
            configs, by name, and name no mechanisms; no file that it names is read, run or looked for.

    Raises:
        ConfigError: with everything that is wrong, in all files of the chain and the overrides.
        TypeError: for what is neither name nor path, or overrides that are no mapping.
    """
    if not isinstance(cast("object", name_or_path), str | Path):
        shipped = list_names(shipped_configs())
        raise TypeError(
            f"the config is {said(name_or_path)}, but must be a name or the path of a file; shipped configs: {shipped}"
        )
    return _loaded(name_or_path, overrides, source, untrusted=untrusted)


def load_untrusted(content: bytes, name: str) -> Configuration:
    """Reads a config that was opened in the page or came in a link, from its bytes; no path is looked at.

    Args:
        content: the bytes of the file.
        name: what the file is called, for sentences and for the configuration's name.

    Raises:
        ConfigError: with everything that is wrong with it.
    """
    return _loaded(source_of(content, name, Path(name), in_memory=True), None, "override", untrusted=True)


def _loaded(
    wanted: str | Path | SourceFile, overrides: Mapping[str, object] | None, source: str, *, untrusted: bool
) -> Configuration:
    files, broken_off = chain_of(wanted, untrusted=untrusted)
    own, unread = ((), refused_in(files)) if untrusted else named_in(files)
    layers = [checked_document(file.document, file.place, own) for file in files]
    top = checked_overrides({} if overrides is None else overrides, source, own)
    values, unfit = merge_layers(defaults_with(own), [*reversed(layers), top])
    problems = [*(one for layer in layers for one in layer.problems), *broken_off, *unread, *top.problems, *unfit]
    if problems:
        raise ConfigError(without_consequences(problems, files, own) if unread and not untrusted else problems)
    events = sorted((event for layer in reversed(layers) for event in layer.events), key=lambda event: event.half_term)
    chain = tuple(file.path for file in files)
    return Configuration(layers[0].question, values, tuple(events), files[0].path.stem, chain, own)


def default_configuration(overrides: Mapping[str, object] | None = None) -> Configuration:
    """The declared defaults, with parameters set on top; no file is read."""
    plain = Configuration("What happens when every parameter has its default?", _values({}))
    return changed(plain, {} if overrides is None else overrides)


def changed(
    configuration: Configuration, overrides: Mapping[str, object], *, source: str = "override"
) -> Configuration:
    """The same configuration with some parameters set otherwise.

    Raises:
        ConfigError: with everything that is wrong with them.
    """
    layer = checked_overrides(overrides, source, configuration.mechanisms)
    values, unfit = merge_layers(configuration.values, [layer])
    if problems := [*layer.problems, *unfit]:
        raise ConfigError(problems)
    return replace(configuration, values=values)


def defaults_with(own: tuple[Mechanism, ...]) -> dict[str, Value]:
    """The declared defaults, and after them those of mechanisms in users' files."""
    defaults = dict(DEFAULTS)
    for mechanism in own:
        defaults |= mechanism.defaults
    return defaults


def merge_layers(base: Mapping[str, Value], layers: Sequence[Layer]) -> tuple[dict[str, Value], list[Problem]]:
    """The values when each layer has had its say, the last one last; and what does not go together."""
    said: dict[str, Value] = {}
    sayer: dict[str, Layer] = {}
    for layer in layers:
        said.update(layer.values)
        sayer.update(dict.fromkeys(layer.values, layer))
    values = _values({**base, **said})
    problems = [*_trust_would_turn(values, sayer), *_would_not_fit(values, sayer)]
    return values, problems


def _values(said: Mapping[str, Value]) -> dict[str, Value]:
    """Every parameter, in the declared order and the form that the model takes."""
    return {name: resolved(name, value) for name, value in {**DEFAULTS, **said}.items()}


def _trust_would_turn(values: Mapping[str, Value], sayer: Mapping[str, Layer]) -> list[Problem]:
    """A broken promise takes ``loss_ratio * gain`` of trust; at 1 or more nothing would be left, or less."""
    gain, ratio = number(values, "trust.gain"), number(values, "trust.loss_ratio")
    blamed = next((name for name in ("trust.loss_ratio", "trust.gain") if name in sayer), None)
    if gain * ratio < 1 or blamed is None:
        return []
    allowed = "trust.gain × trust.loss_ratio under 1"
    sentence = (
        f"trust.gain × trust.loss_ratio is {gain:g} × {ratio:g} = {gain * ratio:g}, but must be under 1; "
        f"lower trust.loss_ratio under {1 / gain:.4g} or trust.gain under {1 / ratio:.4g}"
    )
    return [Problem(*sayer[blamed].place_of(blamed), blamed, shown(values[blamed]), allowed, "", sentence)]


def _would_not_fit(values: Mapping[str, Value], sayer: Mapping[str, Layer]) -> list[Problem]:
    for trouble, deciding in ((too_many_rows(values), DECIDING_TIES), (too_much_memory(values), DECIDING)):
        said = [name for name in deciding if name in sayer]
        if trouble and said:
            blamed = max(said, key=lambda name: number(values, name) / number(DEFAULTS, name))
            sentence = f"{blamed} is {shown(values[blamed])}: {trouble}; {LOWER}"
            return [Problem(*sayer[blamed].place_of(blamed), blamed, shown(values[blamed]), "less", "", sentence)]
    return []
