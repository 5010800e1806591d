"""Compare all cases with the stored records: ``python -m tests.golden``.

Nothing is stored without ``--write``. A renamed column with the same bytes is reported as renamed; ``--write`` then
stores its new name.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.golden.cases import CASES, GROUPS, SEEDS, THREADS
from tests.golden.comparison import (
    ambiguous,
    difference,
    differing,
    renamed_cases,
    renamed_columns,
    renamed_outcomes,
    with_cases_renamed,
)
from tests.golden.digests import STORED, Records, record_of, stored_records, study_record, text_of

UNCLEAR = " (several renamed columns have the same bytes, so the new name may be that of another)"


def fresh_records(group: str) -> Records:
    """Simulate all cases of a group; exit if the number of threads changes a record, since one is stored for all."""
    if group == "study":
        return {("study", "all seeds"): study_record()}
    records: Records = {}
    for case in CASES:
        for seed in SEEDS if case.group == group else ():
            first, *others = (record_of(case, seed, threads) for threads in THREADS)
            if any(other != first for other in others):
                sys.exit(f"{case}, seed {seed}: the number of threads changes bytes; nothing was stored")
            records[case.name, str(seed)] = first
    return records


def report(group: str, stored: Records, fresh: Records) -> list[str]:
    """Report what changed in a group: renamings, cases, outcomes by how much, columns in how many runs."""
    cases = renamed_cases(stored, fresh)
    stored = with_cases_renamed(stored, cases)
    columns, outcomes = renamed_columns(stored, fresh), renamed_outcomes(stored, fresh)
    unclear = set.intersection(*(ambiguous(record.columns, columns) for record in stored.values())) if stored else set()
    lines = [
        f"renamed, same bytes: {old} → {new}{UNCLEAR if old in unclear else ''}"
        for old, new in (cases | columns | outcomes).items()
    ]
    lines += [f"new: {case}, seed {seed}" for case, seed in sorted(fresh.keys() - stored.keys())]
    lines += [f"gone: {case}, seed {seed}" for case, seed in sorted(stored.keys() - fresh.keys())]
    both = sorted(stored.keys() & fresh.keys())
    in_runs = Counter[str]()
    largest: dict[str, tuple[float, float, str]] = {}
    for key in both:
        before, now = stored[key], fresh[key]
        in_runs.update(differing(before.columns, now.columns, columns))
        last = {outcomes.get(name, name): value for name, value in before.last.items()}
        for name in differing(before.outcomes, now.outcomes, outcomes):
            change = difference(last.get(name), now.last.get(name))
            largest[name] = max(largest.get(name, (-1.0, 0.0, "")), (*change, f"{key[0]}, seed {key[1]}"))
    lines += [
        f"outcome {name}: largest difference at the last half-term {absolute:.3g} (relative {relative:.3g}) in {where}"
        for name, (absolute, relative, where) in sorted(largest.items())
    ]
    lines += [f"column {name}: differs in {runs} of {len(both)} runs" for name, runs in sorted(in_runs.items())]
    return [f"{group}: {line}" for line in lines]


def main() -> int:
    """Return exit code 0 if all records are as stored or were written, 1 if something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="store the simulated records, under their present names")
    write = parser.parse_args().write
    same = True
    for group in (*GROUPS, "study"):
        fresh = fresh_records(group)
        lines = report(group, stored_records(group), fresh)
        same &= not lines
        print("\n".join(lines) or f"{group}: as stored ({len(fresh)} records)")
        if write and lines:
            STORED.mkdir(exist_ok=True)
            (STORED / f"{group}.json").write_text(text_of(fresh), encoding="utf-8")
    if not same:
        print("Stored." if write else "Nothing was stored; run with --write to store the simulated records.")
    return 0 if same or write else 1


if __name__ == "__main__":
    sys.exit(main())
