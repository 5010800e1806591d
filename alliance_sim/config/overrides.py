"""Parse parameters given on the command line: ``--set trust.initial=0.4``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable

from alliance_sim.config.errors import ConfigError, Problem, refusal, shortened

_FORM = "NAME=VALUE, such as trust.initial=0.4"
_NEEDS_CLOSING = ("[", "{", '"', "'")


def parse_override(text: str) -> tuple[str, object]:
    """Parse a name and a value, such as ``trust.initial=0.4``.

    The value has the form that it has in a config, but words need no quotes (``trust.competition_enters=additive``).
    Name and value are validated later, together with the config that they change.

    Args:
        text: the argument of ``--set``.

    Returns:
        The name and the value.

    Raises:
        ConfigError: if the text does not have that form.
    """
    name, equals, written = (part.strip() for part in text.partition("="))
    where = f"--set {shortened(text)}"
    if not equals or not name:
        raise refusal(where, None, f"a parameter is set by {_FORM}", given=text, allowed=_FORM)
    if not written:
        raise refusal(where, None, f"the value is missing after the =; write {_FORM}", given=text, allowed=_FORM)
    try:
        read = tomllib.loads(f"value = {written}") if "\n" not in written else {}
    except (ValueError, RecursionError):
        if written.startswith(_NEEDS_CLOSING) or re.fullmatch(r"[0-9_]{1000,}", written):
            sentence = f"the value of {shortened(name)} cannot be read; check its brackets and quotes"
            raise refusal(where, None, sentence, given=text, allowed=_FORM) from None
        return name, written  # a bare word, or a value such as 45%, which validation explains
    if set(read) != {"value"}:
        raise refusal(where, None, f"there is more than one value; write {_FORM}", given=text, allowed=_FORM)
    return name, read["value"]


def parse_overrides(texts: Iterable[str]) -> dict[str, object]:
    """Parse several overrides; a later one replaces an earlier one of the same name.

    Raises:
        ConfigError: if texts do not have the form; it lists every problem.
    """
    overrides: dict[str, object] = {}
    problems: list[Problem] = []
    for text in texts:
        try:
            name, value = parse_override(text)
        except ConfigError as error:
            problems.extend(error.problems)
        else:
            overrides[name] = value
    if problems:
        raise ConfigError(problems)
    return overrides
