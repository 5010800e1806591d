"""Results of a study: frames, SQL queries, effects, interactions, sensitivity indices and sample sizes."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alliance_sim.config.suggestions import nearest
from alliance_sim.study.errors import StudyError
from alliance_sim.study.storage.arrow import Table, pc
from alliance_sim.study.storage.manifest import Manifest
from alliance_sim.study.storage.parts import DONE
from alliance_sim.study.storage.points_table import read_points
from alliance_sim.study.storage.snapshot import Snapshot, manifest_in, require_intact, whole_table

if TYPE_CHECKING:
    import pandas as pd

    from alliance_sim.study.results.contrasts import Effect, Interaction
    from alliance_sim.study.results.endpoints import Endpoints
    from alliance_sim.study.results.sample_size import SampleSize
    from alliance_sim.study.results.sensitivity import Indices


@dataclass(frozen=True)
class Results:
    """The results in a folder that a sweep has written.

    Reading changes nothing and may be done while the sweep is running. Every method reads the runs that are in the
    folder when it is called. If a part of the results is damaged, every method raises ``StudyError`` with the name of
    the part and the remedy.

    Attributes:
        folder: the folder of the results.
        manifest: the study as recorded in the folder: question, name, runs, seeds, half_terms, keep, varies …
    """

    folder: Path
    manifest: Manifest

    @staticmethod
    def open(folder: str | Path) -> Results:
        """Open the results in a folder.

        Raises:
            StudyError: if the folder holds no results.
        """
        return Results(Path(folder), manifest_in(Path(folder)))

    @property
    def about(self) -> dict[str, Any]:
        """The study as plain data, for programs that do not use the type of ``manifest``."""
        return self.manifest.about()

    @property
    def factors(self) -> list[str]:
        """The names that differ between points: ``variant`` if there are several, then the varied parameters."""
        return [name for name in self._points().column_names if name != "point"]

    def table(self) -> Table:
        """Return the content of ``frame`` as an Arrow table."""
        return whole_table(self._intact(), self._points(), self.manifest.keep)

    def frame(self) -> pd.DataFrame:
        """Return all recorded outcomes.

        Returns:
            One row per run and half-term, sorted by point, seed and half-term. Columns: those of the design,
            ``point``, ``seed``, ``half_term``, then the recorded outcomes. The bytes do not depend on the machine,
            the number of workers or the order in which runs were simulated.
        """
        frame: pd.DataFrame = self.table().to_pandas()
        return frame

    def runs(self) -> pd.DataFrame:
        """Return the runs that were attempted.

        Returns:
            One row per run: ``key``, ``point``, ``seed``, ``status``, ``reason``, ``traceback``. If a run was
            repeated, the row is that of the successful attempt, or else of the last one.
        """
        rows = self._intact().runs.select(["key", "point", "seed", "status", "reason", "traceback"])
        frame: pd.DataFrame = rows.to_pandas()
        return frame

    def failures(self) -> pd.DataFrame:
        """Return one row per failed run: ``point``, ``seed``, ``reason``, ``traceback``."""
        rows = self._intact().runs
        failed = rows.filter(pc.not_equal(rows["status"], DONE)).select(["point", "seed", "reason", "traceback"])
        frame: pd.DataFrame = failed.to_pandas()
        return frame

    def query(self, sql: str) -> pd.DataFrame:
        """Return the result of an SQL query (DuckDB) on the files of the study.

        The views are ``results`` with the columns of ``frame`` (write ``"policy.competition"`` in double quotes),
        ``points`` and ``runs``. A query cannot write, and cannot read any other file or address.

        Raises:
            StudyError: if the query is not a single ``select``, or DuckDB refuses it.
        """
        from alliance_sim.study.results.query import run_query

        points, keep = self._points(), self.manifest.keep
        nothing = Snapshot(points, (), {}, ())
        return run_query(sql, self._intact(), points, whole_table(nothing, points, keep))

    def effect(self, factor: str, *, on: str, last: int | None = None) -> Effect:
        """Estimate the effect of a factor on an outcome: each level against the first defined one, with 95 % intervals.

        Runs of the same seed are paired wherever points differ in this factor alone; the interval is of the mean
        difference over seeds, given the points (Student's t). With independent random numbers it is Welch's. In a
        sample, where points differ in all factors, fifths of the points by the value of the factor are compared, the
        other factors held fixed by a regression; the interval is over points, and over seeds if they are shared.

        A contrast is clear if its simultaneous interval over all contrasts of the effect excludes zero. If seeds were
        added until a half-width was reached (``sweep --until``), intervals use nine tenths of the error probability.
        The methods and their coverage are described in ``docs/statistics.md``.

        Args:
            factor: one of ``factors``; or ``point``, to compare each point with the first.
            on: a recorded outcome.
            last: the number of half-terms averaged at the end of a run; None for the last two years, or all if there
                are fewer.

        Raises:
            StudyError: if the study does not vary the factor or record the outcome, or if it is a Sobol or Morris
                design, which has indices and no contrasts of levels.
        """
        from alliance_sim.study.results.effects import effect_of
        from alliance_sim.study.results.pairing import by_point

        self._require_factor(factor)
        ends = self.ends(on, last=last)
        return effect_of(by_point(ends) if factor == "point" else ends, factor, on)

    def interaction(self, first: str, second: str, *, on: str, last: int | None = None) -> Interaction:
        """Estimate the interaction of two factors: differences of differences, with 95 % intervals.

        Args:
            first: one of ``factors``.
            second: another of ``factors``.
            on: a recorded outcome.
            last: as in ``effect``.

        Raises:
            StudyError: if the study does not vary the factors or record the outcome, or if it is a Sobol or Morris
                design.
        """
        from alliance_sim.study.results.effects import interaction_of

        self._require_factor(first)
        self._require_factor(second)
        if first == second:
            raise StudyError(f"{first} is there twice; an interaction is of two factors")
        return interaction_of(self.ends(on, last=last), first, second, on)

    def indices(self, *, on: str, last: int | None = None) -> Indices:
        """Compute the sensitivity indices of an outcome for each factor of a sample, with 95 % intervals.

        Sobol's indices for a ``sobol`` design, Morris' for a ``morris`` design, else standardised regression
        coefficients on ranks. Intervals are over base blocks, trajectories or points, and over seeds if the points
        share them. ``leading`` names one factor only if its index is clearly above all others, and ``few`` says if
        there are too few blocks to rely on the intervals.

        Args:
            on: a recorded outcome.
            last: as in ``effect``.

        Raises:
            StudyError: if the study has no sample, does not record the outcome, or too few of its runs are done.
        """
        from alliance_sim.study.results.sensitivity import indices_of

        return indices_of(self.ends(on, last=last), self.manifest, on)

    def sample_size(
        self, factor: str, *, on: str, within: float | None = None, last: int | None = None
    ) -> list[SampleSize]:
        """Report how precisely the effect of a factor is known, and how many seeds a precision or a power needs.

        The plan for a precision is reached with probability .8. The plan for a power of .8 needs a smallest effect of
        interest, which a study states as ``matters = { sharing = 0.02 }``.

        Args:
            factor: one of ``factors``.
            on: a recorded outcome.
            within: the wanted half-width of the interval, in the unit of the outcome; None for a tenth of the largest
                difference between points.
            last: as in ``effect``.

        Returns:
            One entry for each contrast of the factor.

        Raises:
            StudyError: if the study does not vary the factor or record the outcome, or ``within`` is not above zero.
        """
        from alliance_sim.study.results.effects import effect_of
        from alliance_sim.study.results.sample_size import sample_sizes

        self._require_factor(factor)
        if within is not None and not within > 0.0:
            raise StudyError(f"within is {within}, but must be above zero: it is the half-width of the interval")
        ends = self.ends(on, last=last)
        return sample_sizes(ends, effect_of(ends, factor, on), within)

    def enough(self, factor: str, *, on: str, within: float | None = None, last: int | None = None) -> list[SampleSize]:
        """Call ``sample_size``, the name of this method since version 0.2."""
        warnings.warn(
            "Results.enough is now Results.sample_size; the old name will be removed in version 0.3",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.sample_size(factor, on=on, within=within, last=last)

    def ends(self, *outcomes: str, last: int | None = None) -> Endpoints:
        """Return the endpoint of every run: outcomes averaged over the last half-terms.

        Args:
            outcomes: recorded outcomes; all of them if none are given.
            last: as in ``effect``.

        Raises:
            StudyError: if the study does not record an outcome.
        """
        from alliance_sim.study.results.endpoints import endpoints_of

        for name in outcomes:
            _require_known(name, self.manifest.keep, "keep", "keeps", self.manifest.name)
        wanted = outcomes or self.manifest.keep
        return endpoints_of(self._intact(), self._points(), self.manifest, wanted, last)

    def _require_factor(self, factor: str) -> None:
        _require_known(factor, [*self.factors, "point"], "vary", "varies", self.manifest.name)

    def _points(self) -> Table:
        return read_points(self.folder, self.manifest)

    def _intact(self) -> Snapshot:
        return require_intact(self.folder, self.manifest)


def _require_known(name: str, known: Sequence[str], do: str, does: str, study: str) -> None:
    if name in known:
        return
    meant = nearest(name, known)
    hint = f"; did you mean {meant}?" if meant else f"; it {does} {', '.join(known) or 'nothing'}"
    raise StudyError(f"the study {study} does not {do} {name}{hint}")
