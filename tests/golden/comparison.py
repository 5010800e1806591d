"""Compare fresh records with stored ones, and separate renamings from changes of bytes."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from tests.golden.digests import Digests, Record, Records

type Renamed = dict[str, str]
"""Old names to new names."""
SHOWN = 3
"""Number of outcomes for which a failure shows values; further ones are only named."""


def renamed_cases(stored: Records, fresh: Records) -> Renamed:
    """Find cases that are stored under another name with the same bytes, whatever the names of their columns."""

    def signatures(records: Records) -> dict[str, list[str]]:
        found = defaultdict[str, list[str]](list)
        for (case, seed), record in sorted(records.items()):
            found[case] += [seed, *sorted(record.columns.values()), *sorted(record.outcomes.values())]
        return found

    return _paired(signatures(stored), signatures(fresh))


def with_cases_renamed(stored: Records, renamed: Renamed) -> Records:
    """Return the stored records under the cases' new names."""
    return {(renamed.get(case, case), seed): record for (case, seed), record in stored.items()}


def renamed_columns(stored: Records, fresh: Records) -> Renamed:
    """Find columns with another name and the same bytes in all common cases."""
    return _renamed(stored, fresh, lambda record: record.columns)


def renamed_outcomes(stored: Records, fresh: Records) -> Renamed:
    """Find outcomes with another name and the same bytes in all common cases."""
    return _renamed(stored, fresh, lambda record: record.outcomes)


def _renamed(stored: Records, fresh: Records, part: Callable[[Record], Digests]) -> Renamed:
    both = sorted(stored.keys() & fresh.keys())

    def signatures(records: Records) -> dict[str, list[str]]:
        names = dict.fromkeys(name for key in both for name in part(records[key]))
        return {name: [part(records[key]).get(name, "") for key in both] for name in names}

    return _paired(signatures(stored), signatures(fresh))


def _paired(before: dict[str, list[str]], after: dict[str, list[str]]) -> Renamed:
    """Pair each name that is gone with a new name of the same signature.

    Several columns may have the same bytes, for example columns that are still at their default. Of these, a column
    that kept its name in a renamed table is paired first, the others in the order of their names.
    """
    free = {name: signature for name, signature in after.items() if name not in before}
    gone = [name for name in before if name not in after]
    pairs: Renamed = {}
    for same_column in (True, False):
        for old in gone:
            matches = (
                name
                for name, signature in free.items()
                if signature == before[old] and (not same_column or _column(name) == _column(old))
            )
            if old not in pairs and (new := next(matches, None)) is not None:
                pairs[old] = new
                del free[new]
    return {old: pairs[old] for old in gone if old in pairs}


def _column(name: str) -> str:
    """Return the name without its table."""
    return name.rpartition(".")[2]


def ambiguous(before: dict[str, str], renamed: Renamed) -> set[str]:
    """Return the old names of renamed columns that share their bytes with another renamed column.

    Args:
        before: the digests of one run.
        renamed: old names to new ones.
    """
    counts = Counter(before[old] for old in renamed if old in before)
    return {old for old, new in renamed.items() if counts[before.get(old, "")] > 1 and _column(old) != _column(new)}


def differing(stored: Digests, fresh: Digests, renamed: Renamed) -> list[str]:
    """Return the present names whose bytes differ, or that only one side has."""
    before = {renamed.get(name, name): digest for name, digest in stored.items()}
    return [name for name in {**fresh, **before} if before.get(name) != fresh.get(name)]


def difference(stored: float | None, fresh: float | None) -> tuple[float, float]:
    """Return the absolute and relative difference of two values; infinite if only one is defined."""
    if stored is None or fresh is None:
        return (0.0, 0.0) if stored is fresh else (math.inf, math.inf)
    absolute = abs(fresh - stored)
    return absolute, absolute / abs(stored) if stored else (math.inf if absolute else 0.0)


def sentences(where: str, stored: Record, fresh: Record) -> Iterator[str]:
    """Describe how a run differs from its record: first outcomes, with both values, then columns."""
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
    absolute, relative = difference(before, now)
    return (
        f"{name} at the last half-term is {now}, stored {before} (difference {absolute:.3g}, relative {relative:.3g})"
    )
