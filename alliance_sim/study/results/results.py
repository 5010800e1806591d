"""Results of a study, read from its folder: tables, questions in SQL, effects."""

from __future__ import annotations

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
from alliance_sim.study.storage.snapshot import Snapshot, manifest_in, sound, whole_table

if TYPE_CHECKING:
    import pandas as pd

    from alliance_sim.study.results.effects import Effect, Interaction
    from alliance_sim.study.results.endpoints import Endpoints
    from alliance_sim.study.results.sample_size import Enough
    from alliance_sim.study.results.sensitivity import Indices


@dataclass(frozen=True)
class Results:
    """What lies in a folder that ``sweep`` wrote into; reading changes nothing, and may be done while it runs.

    Every answer is about the runs that are there when it is asked for. Where a part of them is damaged, nothing is
    answered: every method then raises ``StudyError``, which says which part, and what to do.

    Attributes:
        folder: where they lie.
        manifest: the study, as it was written down: question, name, runs, seeds, half_terms, keep, varies …
    """

    folder: Path
    manifest: Manifest

    @staticmethod
    def open(folder: str | Path) -> Results:
        """The results in a folder.

        Raises:
            StudyError: if none lie there.
        """
        return Results(Path(folder), manifest_in(Path(folder)))

    @property
    def about(self) -> dict[str, Any]:
        """The study as plain data, for programs that do without the types of ``manifest``."""
        return self.manifest.about()

    @property
    def factors(self) -> list[str]:
        """What differs between points: ``variant`` where several worlds stand side by side, then what is varied."""
        return [name for name in self._points().column_names if name != "point"]

    def table(self) -> Table:
        """As ``frame``, an Arrow table."""
        return whole_table(self._sound(), self._points(), self.manifest.keep)

    def frame(self) -> pd.DataFrame:
        """One row a run and half-term: the design's columns, ``point``, ``seed``, ``half_term``, the kept outcomes.

        Sorted by point, seed, half-term; the same bytes whoever did the work, and in whatever order.
        """
        frame: pd.DataFrame = self.table().to_pandas()
        return frame

    def runs(self) -> pd.DataFrame:
        """One row a run that was tried: ``key``, ``point``, ``seed``, ``status``, ``reason``, ``traceback``.

        Where a run was tried again, the try that succeeded, else the last one.
        """
        rows = self._sound().runs.select(["key", "point", "seed", "status", "reason", "traceback"])
        frame: pd.DataFrame = rows.to_pandas()
        return frame

    def failures(self) -> pd.DataFrame:
        """One row a run that failed: ``point``, ``seed``, ``reason``, ``traceback``."""
        rows = self._sound().runs
        failed = rows.filter(pc.not_equal(rows["status"], DONE)).select(["point", "seed", "reason", "traceback"])
        frame: pd.DataFrame = failed.to_pandas()
        return frame

    def query(self, sql: str) -> pd.DataFrame:
        """The answer to a question in SQL (DuckDB), put to the files where they lie.

        Views: ``results`` as in ``frame`` (``"policy.competition"`` in double quotes), ``points``, ``runs``. Nothing
        can be written, and no other file or address be read.

        Raises:
            StudyError: if it is no single ``select``, or cannot be answered.
        """
        from alliance_sim.study.results.query import answered

        points, keep = self._points(), self.manifest.keep
        nothing = Snapshot(points, (), {}, ())
        return answered(sql, self._sound(), points, whole_table(nothing, points, keep))

    def effect(self, factor: str, *, on: str, last: int | None = None) -> Effect:
        """What a factor does to an outcome: each of its levels against the first, with 95 % intervals.

        Worlds of one seed are paired wherever points differ in the factor alone. In a sample, where they never do,
        the factor's fifths are compared.

        Args:
            factor: one of ``factors``; or ``point``, to hold each point against the first.
            on: a kept outcome.
            last: how many half-terms at the end are averaged; the last two years, or all there are, if not said.

        Raises:
            StudyError: if the study does not vary the factor or keep the outcome.
        """
        from alliance_sim.study.results.effects import effect_of
        from alliance_sim.study.results.pairing import by_point

        self._varied(factor)
        ends = self.ends(on, last=last)
        return effect_of(by_point(ends) if factor == "point" else ends, factor, on)

    def interaction(self, first: str, second: str, *, on: str, last: int | None = None) -> Interaction:
        """What two factors do together beyond what each does alone: differences of differences, with 95 % intervals.

        Args:
            first: one of ``factors``.
            second: another.
            on: a kept outcome.
            last: as in ``effect``.

        Raises:
            StudyError: if the study does not vary the factors or keep the outcome.
        """
        from alliance_sim.study.results.effects import interaction_of

        self._varied(first)
        self._varied(second)
        if first == second:
            raise StudyError(f"{first} is there twice; an interaction is of two factors")
        return interaction_of(self.ends(on, last=last), first, second, on)

    def indices(self, *, on: str, last: int | None = None) -> Indices:
        """How far an outcome hangs on each factor of a sample, with 95 % intervals.

        Sobol's indices for his sample, Morris' for his trajectories, else standardised regression on ranks.

        Raises:
            StudyError: if the study has no sample, keeps no such outcome, or too little of it is there.
        """
        from alliance_sim.study.results.sensitivity import indices_of

        return indices_of(self.ends(on, last=last), self.manifest, on)

    def enough(self, factor: str, *, on: str, within: float | None = None, last: int | None = None) -> list[Enough]:
        """Whether the seeds were enough for a factor's effect, and how many would be; one answer for each contrast.

        Args:
            factor: one of ``factors``.
            on: a kept outcome.
            last: as in ``effect``.
            within: how far the interval may reach to either side, in the outcome's unit; a tenth of the widest gap
                between points if not said.

        Raises:
            StudyError: if the study does not vary the factor or keep the outcome, or ``within`` is not above zero.
        """
        from alliance_sim.study.results.effects import effect_of
        from alliance_sim.study.results.sample_size import enough_of

        self._varied(factor)
        if within is not None and not within > 0.0:
            raise StudyError(f"within is {within}, but must be above zero: so far may the interval reach")
        ends = self.ends(on, last=last)
        return enough_of(ends, effect_of(ends, factor, on), within)

    def ends(self, *outcomes: str, last: int | None = None) -> Endpoints:
        """What every world came to: outcomes averaged over the last half-terms; all kept ones if none are named."""
        from alliance_sim.study.results.endpoints import endpoints_of

        for name in outcomes:
            _known(name, self.manifest.keep, "keep", "keeps", self.manifest.name)
        wanted = outcomes or self.manifest.keep
        return endpoints_of(self._sound(), self._points(), self.manifest, wanted, last)

    def _varied(self, factor: str) -> None:
        _known(factor, [*self.factors, "point"], "vary", "varies", self.manifest.name)

    def _points(self) -> Table:
        return read_points(self.folder, self.manifest)

    def _sound(self) -> Snapshot:
        return sound(self.folder, self.manifest)


def _known(name: str, known: Sequence[str], do: str, does: str, study: str) -> None:
    if name in known:
        return
    meant = nearest(name, known)
    hint = f"; did you mean {meant}?" if meant else f"; it {does} {', '.join(known) or 'nothing'}"
    raise StudyError(f"the study {study} does not {do} {name}{hint}")
