"""How fresh records differ from stored ones, and which differences are renamings alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator

from tests.golden.digests import Digests, Record, Records

type Renamed = dict[str, str]
"""Old names to new ones."""
SHOWN = 3
"""Outcomes of a run whose values a failure shows; the others are named."""


def renamed_cases(stored: Records, fresh: Records) -> Renamed:
    """Cases that are stored under another name with the same bytes, whatever their columns are called now."""

    def signatures(records: Records) -> dict[str, list[str]]:
        found = defaultdict[str, list[str]](list)
        for (case, seed), record in sorted(records.items()):
            found[case] += [seed, *sorted(record.columns.values()), *sorted(record.outcomes.values())]
        return found

    return _paired(signatures(stored), signatures(fresh))


def with_cases_renamed(stored: Records, renamed: Renamed) -> Records:
    """The stored records under the cases' new names."""
    return {(renamed.get(case, case), seed): record for (case, seed), record in stored.items()}


def renamed_columns(stored: Records, fresh: Records) -> Renamed:
    """Columns with another name and the same bytes in every case that both have."""
    return _renamed(stored, fresh, lambda record: record.columns)


def renamed_outcomes(stored: Records, fresh: Records) -> Renamed:
    """Outcomes with another name and the same bytes in every case that both have."""
    return _renamed(stored, fresh, lambda record: record.outcomes)


def _renamed(stored: Records, fresh: Records, part: Callable[[Record], Digests]) -> Renamed:
    both = sorted(stored.keys() & fresh.keys())

    def signatures(records: Records) -> dict[str, list[str]]:
        names = dict.fromkeys(name for key in both for name in part(records[key]))
        return {name: [part(records[key]).get(name, "") for key in both] for name in names}

    return _paired(signatures(stored), signatures(fresh))


def _paired(before: dict[str, list[str]], after: dict[str, list[str]]) -> Renamed:
    """Each name that is gone, with the first new name of the same signature."""
    free = {name: signature for name, signature in after.items() if name not in before}
    pairs: Renamed = {}
    for old, wanted in before.items():
        new = next((name for name, signature in free.items() if signature == wanted), None)
        if old not in after and new is not None:
            pairs[old] = new
            del free[new]
    return pairs


def differing(stored: Digests, fresh: Digests, renamed: Renamed) -> list[str]:
    """Names, as they are now, whose bytes differ, or that only one side has."""
    before = {renamed.get(name, name): digest for name, digest in stored.items()}
    return [name for name in {**fresh, **before} if before.get(name) != fresh.get(name)]


def difference(stored: float | None, fresh: float | None) -> tuple[float, float]:
    """Absolute and relative difference of two values; infinite where only one is defined."""
    if stored is None or fresh is None:
        return (0.0, 0.0) if stored is fresh else (math.inf, math.inf)
    apart = abs(fresh - stored)
    return apart, apart / abs(stored) if stored else (math.inf if apart else 0.0)


def sentences(where: str, stored: Record, fresh: Record) -> Iterator[str]:
    """How a run differs from its record: first outcomes, with both values, then columns."""
    one, other = {("", ""): stored}, {("", ""): fresh}
    outcomes, columns = renamed_outcomes(one, other), renamed_columns(one, other)
    for old, new in (outcomes | columns).items():
        yield f"{where}: {old} is now {new}, with the same bytes"
    changed = differing(stored.outcomes, fresh.outcomes, outcomes)
    # An outcome that shows the change at the last half-term is of more use than one that differed only before.
    changed.sort(key=lambda name: stored.last.get(name) == fresh.last.get(name))
    for name in changed[:SHOWN]:
        yield f"{where}: {_values(name, stored, fresh)}"
    if changed[SHOWN:]:
        yield f"{where}: {len(changed) - SHOWN} more outcomes differ: {', '.join(changed[SHOWN:])}"
    found = differing(stored.columns, fresh.columns, columns)
    if found:
        yield f"{where}: {len(found)} of {len(fresh.columns)} columns differ: {', '.join(found)}"


def _values(name: str, stored: Record, fresh: Record) -> str:
    if name not in stored.last or name not in fresh.last:
        return f"{name} is {'not stored' if name in fresh.last else 'stored, but was not measured'}"
    before, now = stored.last[name], fresh.last[name]
    if before == now:
        return f"{name} differs in an earlier half-term (the last is {now} in both)"
    apart, relative = difference(before, now)
    return f"{name} at the last half-term is {now}, stored {before} (difference {apart:.3g}, relative {relative:.3g})"
