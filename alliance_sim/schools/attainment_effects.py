"""Where each school starts: lasting attainment in pupil SD, without the noise of single cohorts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alliance_sim.schools.attainment_tables import Results, ResultTables
from alliance_sim.schools.rows import ListedSchool
from alliance_sim.schools.wording import listed, named, plural

ASSUMED_NOISE = 0.34
"""Share of the variance between schools in one year that is noise, where only one year is given.

It is 1 minus the correlation of .66 between years of schools in Surrey, 2017 to 2019, in pupil SD (THEORY.md,
``attainment.intake_sd``)."""


@dataclass(frozen=True)
class Starts:
    """What results tell about the schools of a list.

    Attributes:
        intake: lasting attainment in pupil SD, NaN where not known.
        intake_sd: standard deviation of what is not known about it.
        latest: the results of the latest year in pupil SD, NaN where not known.
        remarks: sentences for the report.
    """

    intake: np.ndarray
    intake_sd: np.ndarray
    latest: np.ndarray
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Components:
    """Components of the variance between schools in one phase, in pupil SD².

    Attributes:
        lasting: between schools, over all years.
        cohort: between the cohorts of one school, besides what the number of pupils explains.
        estimated: whether they were estimated from several years.
        noise_share: share of the variance in one year that does not last.
    """

    lasting: float
    cohort: float
    estimated: bool
    noise_share: float


def starts_from(tables: ResultTables, schools: Sequence[ListedSchool], phases: Sequence[str]) -> Starts:
    """Return where each school starts, from published results.

    Results count relative to the mean of the list's schools in the same phase and year. The best linear predictor
    shrinks each school's mean over years towards the mean of its phase, the more the fewer years and pupils it has;
    what it does not know is left as a standard deviation, from which runs sample.

    Args:
        tables: the results.
        schools: the schools of the list.
        phases: the phase of each school.
    """
    intake, intake_sd, latest = (np.full(len(schools), np.nan) for _ in range(3))
    found, moved = _match(tables.results, schools)
    remarks = [_matched(tables, schools, found, moved)]
    for phase in sorted(set(phases)):
        rows = [at for at in found if phases[at] == phase]
        by_school = _centred({at: _of_phase(found[at], phase) for at in rows})
        if len(by_school) < 2:
            continue
        parts = components(by_school)
        remarks.append(_explained(phase, parts, len(by_school)))
        last = max(result.year for results in by_school.values() for result in results)
        for at, results in by_school.items():
            mean, variance = _mean_over_years(results, parts)
            kept = parts.lasting / (parts.lasting + variance) if parts.lasting > 0 else 0.0
            intake[at] = kept * mean
            intake_sd[at] = np.sqrt(parts.lasting * (1 - kept))
            newest = max(results, key=lambda result: result.year)
            if newest.year == last:
                latest[at] = newest.value
    return Starts(intake, intake_sd, latest, tuple(remarks))


def _match(results: Sequence[Results], schools: Sequence[ListedSchool]) -> tuple[dict[int, list[Results]], list[str]]:
    """Return the results of each school: by URN, and by authority and number for years before it became an academy."""
    by_urn: defaultdict[int, list[Results]] = defaultdict(list)
    by_number: defaultdict[tuple[str, str], list[Results]] = defaultdict(list)
    for result in results:
        by_urn[result.urn].append(result)
        if result.establishment:
            by_number[result.establishment].append(result)
    found: dict[int, list[Results]] = {}
    moved: list[str] = []
    for at, school in enumerate(schools):
        own = by_urn.get(school.urn, []) if school.urn else []
        years = {(result.year, result.phase) for result in own}
        key = school.further.establishment_key
        earlier = [
            result for result in (by_number.get(key, []) if key else []) if (result.year, result.phase) not in years
        ]
        unique = {(result.year, result.phase): result for result in [*earlier, *own]}
        if unique:
            found[at] = list(unique.values())
        if earlier:
            moved.append(school.name)
    return found, moved


def _of_phase(results: Sequence[Results], phase: str) -> list[Results]:
    """Return the results whose measure belongs to a phase; the others where there are none."""
    own = [result for result in results if result.phase in (phase, "")]
    return own or [result for result in results if result.phase == max(each.phase for each in results)]


def _centred(by_school: dict[int, list[Results]]) -> dict[int, list[Results]]:
    """Return results relative to the mean of their year."""
    values: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for results in by_school.values():
        for result in results:
            values[result.year, result.phase].append(result.value)
    means = {key: float(np.mean(each)) for key, each in values.items()}
    return {
        at: [
            Results(
                each.urn,
                each.establishment,
                each.year,
                each.phase,
                each.value - means[each.year, each.phase],
                each.sampling,
            )
            for each in results
        ]
        for at, results in by_school.items()
    }


def components(by_school: dict[int, list[Results]]) -> Components:
    """Estimate the components of variance by the method of moments.

    Within schools, the variance over years is that of cohorts plus that of sampling; between schools, the variance of
    means is the lasting one plus what is left of the noise. With one year a school, ``ASSUMED_NOISE`` of the variance
    is taken to be noise.

    Args:
        by_school: each school's results, centred on their year.
    """
    values = {at: np.array([result.value for result in results]) for at, results in by_school.items()}
    sampling = {at: np.array([result.sampling for result in results]) for at, results in by_school.items()}
    total = float(np.var(np.concatenate(list(values.values())), ddof=1))
    freedom = sum(len(each) - 1 for each in values.values())
    if freedom < 2 and not any(each.any() for each in sampling.values()):
        return Components(total, 0.0, estimated=False, noise_share=0.0)
    if freedom < 2:
        noise = ASSUMED_NOISE * total
        cohort = noise - float(np.mean(np.concatenate(list(sampling.values()))))
        return Components((1 - ASSUMED_NOISE) * total, cohort, estimated=False, noise_share=ASSUMED_NOISE)
    within = sum(float(np.sum((each - each.mean()) ** 2)) for each in values.values()) / freedom
    several = [each for at, each in sampling.items() if len(values[at]) > 1]
    cohort = max(0.0, within - float(np.mean(np.concatenate(several))))
    means = np.array([each.mean() for each in values.values()])
    left = np.array([(cohort * len(each) + each.sum()) / len(each) ** 2 for each in sampling.values()])
    lasting = max(0.0, float(np.var(means, ddof=1)) - float(left.mean()))
    share = within / (within + lasting) if within + lasting > 0 else 0.0
    return Components(lasting, cohort, estimated=True, noise_share=share)


def _mean_over_years(results: Sequence[Results], parts: Components) -> tuple[float, float]:
    """Return the mean over years, weighted by precision, and its noise variance."""
    noise = np.maximum(1e-9, np.array([parts.cohort + result.sampling for result in results]))
    weights = 1 / noise
    return float(np.average([result.value for result in results], weights=weights)), float(1 / weights.sum())


def _matched(
    tables: ResultTables, schools: Sequence[ListedSchool], found: dict[int, list[Results]], moved: Sequence[str]
) -> str:
    sentence = (
        f"Attainment: results of {len(found):,} of {plural(len(schools), 'school')} "
        f"({listed(tables.measures) or 'no measure'})"
    )
    sentence += "; the start of the others is sampled" if len(found) < len(schools) else ""
    if moved:
        sentence += f"; earlier years of {plural(len(moved), 'school')} by authority and school number"
    if tables.withheld:
        sentence += f"; not published: {listed(f'{code} {n:,}' for code, n in tables.withheld.items())}"
    if tables.unreadable:
        sentence += f"; not readable: {named(tables.unreadable)}"
    return sentence + "."


def _explained(phase: str, parts: Components, schools: int) -> str:
    what = f"{phase.capitalize()}: " if phase else ""
    spread = f"standard deviation of what lasts between schools {np.sqrt(parts.lasting):.2f} pupil SD"
    if parts.estimated:
        return (
            f"{what}{plural(schools, 'school')} relative to their mean; {parts.noise_share:.0%} of the variance in "
            f"one year does not last and was removed by shrinkage; {spread}."
        )
    if not parts.noise_share:
        return f"{what}{plural(schools, 'school')} relative to their mean, taken as given; {spread}."
    return (
        f"{what}{plural(schools, 'school')} relative to their mean; with one year the noise of single cohorts cannot "
        f"be estimated, so {parts.noise_share:.0%} of the variance is taken to be noise (Surrey, 2017 to 2019) and "
        f"removed by shrinkage; {spread}. Give several years to estimate it."
    )
