"""``alliance-sim sweep``, and how long and large things are."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alliance_sim.cli import console
from alliance_sim.cli.errors import DONE, FAILED, INTERRUPTED, Refusal, refusal_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from alliance_sim.study import Study
    from alliance_sim.study.execution.sweep import Sweep

FEW = 5
SECONDS_A_LINE = 10.0
"""In a log file, how often a line tells how far the sweep is."""


def sweep(
    name: str, out: Path | None, workers: int | None, scheduler: str | None, dry_run: bool, as_json: bool,
    accept_environment: bool = False,
) -> int:  # fmt: skip
    """Live what is not done yet; returns the exit code."""
    from alliance_sim.study import Study
    from alliance_sim.study.errors import EnvironmentChangedError
    from alliance_sim.study.spec.study_spec import cores
    from alliance_sim.study.spec.tasks import EngineLostError, EnvironmentDiffersError, RunFunctionError

    study = Study.load(name)
    if dry_run:
        _foretell(study, workers or cores(), as_json)
        return DONE
    if out is None:
        raise Refusal("sweep needs --out DIR: the folder for the results; or --dry-run to see what it will take")
    try:
        try:
            ended = _swept(study, out, workers, scheduler, accept_environment)
        except EnvironmentChangedError as changed:
            if as_json or not _accepted(changed):
                raise
            ended = _swept(study, out, workers, scheduler, accept_environment=True)
    except EnvironmentDiffersError as other:
        raise Refusal(f"{other}; what was done lies in {out}") from other
    except EngineLostError as lost:
        raise Refusal(f"{lost}; what was done lies in {out}", code=FAILED) from lost
    except RunFunctionError as missing:
        raise Refusal(f"the model cannot be loaded in a worker: {missing}", code=FAILED) from missing
    except OSError as trouble:
        if not (out / "study.json").exists():  # nothing was begun
            raise
        went_on = f"what was done before lies in {out}, and the same command goes on from there"
        raise Refusal(f"{refusal_of(trouble, 'sweep')}; {went_on}", code=FAILED) from trouble
    if as_json:
        console.show_json(_document(ended, out))
    else:
        _show(ended, out)
    if ended.interrupted:
        return INTERRUPTED
    return FAILED if ended.failed else DONE


def _swept(study: Study, out: Path, workers: int | None, scheduler: str | None, accept_environment: bool) -> Sweep:
    with _progress() as told:
        return study.run(
            out,
            workers=workers,
            scheduler=scheduler,
            told=told,
            stopping=_stopping,
            accept_environment=accept_environment,
        )


def _accepted(changed: Exception) -> bool:
    """Ask whether to resume in this environment, where there is a person to ask."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    import typer

    return typer.confirm(f"{changed}\nResume with these?", err=True)


def _stopping() -> None:
    console.say("Stopping: the worlds under way are let end and kept; Ctrl-C again stops at once.")


def _foretell(study: Study, workers: int, as_json: bool) -> None:
    from alliance_sim.study.execution.estimate import foresee

    console.made_ready(study.points.fully_switched_on())
    seen = foresee(study)
    told = {
        "points": seen.points,
        "runs": seen.runs,
        "sampled": seen.sampled,
        "workers": workers,
        "seconds": seen.seconds(workers),
        "bytes": round(seen.bytes),
    }
    if as_json:
        console.show_json(told)
        return
    count_noun = f"{seen.points:,} points, {seen.runs:,} worlds of {study.half_terms:,} half-terms"
    console.show(
        f"{study.name}: {count_noun}.",
        f"About {lasting(seen.seconds(workers))} with {workers} workers, and {size(seen.bytes)} of disk"
        f" (judged by {seen.sampled} worlds lived just now). Nothing was written.",
    )


def lasting(seconds: float) -> str:
    """A time as people say it."""
    for unit, length in (("days", 86_400.0), ("hours", 3_600.0), ("request_log", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(1.0, seconds):.0f} seconds"


def size(count: float) -> str:
    """An amount of bytes as people say it."""
    for unit, length in (("GB", 1e9), ("MB", 1e6)):
        if count >= length:
            return f"{count / length:.1f} {unit}"
    return f"{max(1.0, count / 1e3):.0f} kB"


@contextmanager
def _progress() -> Generator[Callable[[int, int], None]]:
    """A bar with throughput and time left on a terminal; in a log file, a line now and then."""
    page = console.console(error=True)
    begun, first, last = time.monotonic(), -1, 0.0

    def pace(done: int, total: int) -> str:
        lived, passed = done - first, time.monotonic() - begun
        if lived <= 0 or passed <= 0.0:
            return ""
        return f"{lived / passed:,.1f} worlds a second, {lasting((total - done) * passed / lived)} left"

    if not page.is_terminal:

        def line(done: int, total: int) -> None:
            nonlocal first, last
            first = done if first < 0 else first
            if time.monotonic() - last > SECONDS_A_LINE or done == total:
                last = time.monotonic()
                share = 100.0 * done / max(1, total)
                told = pace(done, total) if done < total else ""
                console.say(f"{done:,} of {total:,} worlds ({share:.0f} %)" + (f"; {told}" if told else ""))

        yield line
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    parts = (TextColumn("Sweeping"), BarColumn(), MofNCompleteColumn(), TextColumn("worlds  {task.fields[pace]}"))
    with Progress(*parts, console=page, transient=True) as bar:
        task = bar.add_task("", total=None, pace="")

        def move(done: int, total: int) -> None:
            nonlocal first
            first = done if first < 0 else first
            bar.update(task, completed=done, total=total, pace=pace(done, total))

        yield move


def _document(ended: Sweep, out: Path) -> dict[str, Any]:
    return {
        "out": str(out),
        "runs": ended.runs,
        "done_before": ended.before,
        "done": ended.done,
        "failed": ended.failed,
        "failures": [
            {"point": failure.point, "seed": failure.seed, "reason": failure.reason} for failure in ended.first_failures
        ],
        "set_aside": [{"part": damage.part.runs.name, "why": damage.why} for damage in ended.quarantine],
        "restored": ended.restored,
        "interrupted": ended.interrupted,
    }


def _show(ended: Sweep, out: Path) -> None:
    for damage in ended.quarantine:
        console.show(f"{damage.part.runs.name}: {damage.why}; it was set aside, and its worlds lived again.")
    for name in ended.restored:
        console.show(f"{name} was missing or damaged; it follows from the study, and was written again.")
    before = f" ({ended.before:,} were there before)" if ended.before else ""
    console.show(f"{ended.before + ended.done:,} of {ended.runs:,} worlds are done{before}; they lie in {out}.")
    if ended.failed:
        console.show(f"{ended.failed:,} failed; sweep again to retry them:")
        for failure in ended.first_failures[:FEW]:
            console.show(f"  point {failure.point}, seed {failure.seed}: {failure.reason}")
        if ended.failed > FEW:
            console.show(f"  and {ended.failed - FEW:,} more (alliance-sim status {out})")
    if ended.interrupted:
        console.show("Stopped early; the same command goes on from here.")
