"""``alliance-sim sweep``: run a study, or estimate its time and disk space."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from alliance_sim.cli import console
from alliance_sim.cli.errors import DONE, FAILED, INTERRUPTED, Refusal, refusal_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from alliance_sim.study import Study
    from alliance_sim.study.execution.sweep import Sweep
    from alliance_sim.study.until import Goal, Reached

FEW = 5
SECONDS_A_LINE = 10.0
"""Seconds between progress lines in a log file."""


class Means(NamedTuple):
    """The number of workers, the address of a scheduler, and whether another environment is accepted."""

    workers: int | None = None
    scheduler: str | None = None
    accept_environment: bool = False


def sweep(
    name: str,
    out: Path | None,
    how: Means,
    dry_run: bool,
    as_json: bool,
    until: str | None = None,
    most_seeds: int = 1_000,
) -> int:
    """Run what is not done yet and return the exit code."""
    from alliance_sim.study import Study
    from alliance_sim.study.spec.study_spec import cores

    study = Study.load(name)
    goal = None
    if until is not None:
        from alliance_sim.study.until import read_goal

        goal = read_goal(until, study, most_seeds)
    if dry_run:
        _show_estimate(study, how.workers or cores(), as_json)
        return DONE
    if out is None:
        raise Refusal("sweep needs --out DIR: the folder for the results; or --dry-run to estimate time and disk space")
    ended, reached = _run_or_refuse(study, out, how, goal, may_ask=not as_json)
    if as_json:
        console.show_json(_document(ended, out) | _goal(reached))
    else:
        _show(ended, out)
        if reached is not None:
            _show_goal(reached)
    if ended.interrupted:
        return INTERRUPTED
    return FAILED if ended.failed or (reached is not None and not reached.reached) else DONE


def _run_or_refuse(
    study: Study, out: Path, how: Means, goal: Goal | None, *, may_ask: bool
) -> tuple[Sweep, Reached | None]:
    """Run a study; what makes that impossible is a refusal with a remedy."""
    from alliance_sim.study.errors import EnvironmentChangedError
    from alliance_sim.study.spec.tasks import EngineLostError, EnvironmentDiffersError, RunFunctionError

    try:
        try:
            return _run(study, out, how, goal)
        except EnvironmentChangedError as changed:
            if not may_ask or not _accepted(changed):
                raise
            return _run(study, out, how._replace(accept_environment=True), goal)
    except EnvironmentDiffersError as other:
        raise Refusal(f"{other}; finished runs are stored in {out}") from other
    except EngineLostError as lost:
        raise Refusal(f"{lost}; finished runs are stored in {out}", code=FAILED) from lost
    except RunFunctionError as missing:
        raise Refusal(f"the model cannot be loaded in a worker: {missing}", code=FAILED) from missing
    except OSError as trouble:
        if not (out / "study.json").exists():  # nothing was started
            raise
        resume = f"finished runs are stored in {out}, and the same command resumes from there"
        raise Refusal(f"{refusal_of(trouble, 'sweep')}; {resume}", code=FAILED) from trouble


def _run(study: Study, out: Path, how: Means, goal: Goal | None) -> tuple[Sweep, Reached | None]:
    """Run a study, with more and more seeds if there is a goal."""

    def once(study: Study) -> Sweep:
        with _progress() as progress:
            return study.run(
                out,
                workers=how.workers,
                scheduler=how.scheduler,
                progress=progress,
                stopping=_report_stopping,
                accept_environment=how.accept_environment,
                until=None if goal is None else str(goal),
            )

    if goal is None:
        return once(study), None
    from alliance_sim.study.until import run_until

    reached = run_until(study, out, goal, once)
    return reached.sweep, reached


def _goal(reached: Reached | None) -> dict[str, Any]:
    if reached is None:
        return {}
    return {
        "until": str(reached.goal),
        "reached": reached.reached,
        "seeds": reached.seeds,
        "half_width": None if math.isnan(reached.half_width) else reached.half_width,
    }


def _show_goal(reached: Reached) -> None:
    from alliance_sim.text import format_numbers

    (width,) = format_numbers(reached.half_width)
    known = f"the widest interval has a half-width of {width}" if width != "–" else "there is no interval yet"
    if reached.reached:
        console.show(f"{reached.goal} is reached with {reached.seeds:,} seeds at each point: {known}.")
    elif not reached.sweep.interrupted:
        console.show(
            f"{reached.goal} is not reached with {reached.seeds:,} seeds at each point: {known}; give a larger "
            "--most-seeds to go on."
        )


def _accepted(changed: Exception) -> bool:
    """Ask whether to resume in this environment, if there is a terminal to ask at."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    import typer

    return typer.confirm(f"{changed}\nResume in this environment?", err=True)


def _report_stopping() -> None:
    console.say("Stopping after the runs in progress; press Ctrl-C again to stop at once.")


def _show_estimate(study: Study, workers: int, as_json: bool) -> None:
    from alliance_sim.study.execution.estimate import estimate_sweep

    console.compile_rules(study.points.fully_switched_on())
    estimate = estimate_sweep(study)
    document = {
        "points": estimate.points,
        "runs": estimate.runs,
        "sampled": estimate.sampled,
        "workers": workers,
        "seconds": estimate.seconds(workers),
        "bytes": round(estimate.bytes),
    }
    if as_json:
        console.show_json(document)
        return
    runs = f"{estimate.points:,} points, {estimate.runs:,} runs of {study.half_terms:,} half-terms"
    console.show(
        f"{study.name}: {runs}.",
        f"About {format_duration(estimate.seconds(workers))} with {workers} workers, and "
        f"{format_size(estimate.bytes)} of disk space (estimated from {estimate.sampled} trial runs).",
        "Nothing was written.",
    )


def format_duration(seconds: float) -> str:
    """Format a duration in its largest fitting unit."""
    for unit, length in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(1.0, seconds):.0f} seconds"


def format_size(count: float) -> str:
    """Format a number of bytes in its largest fitting unit."""
    for unit, length in (("GB", 1e9), ("MB", 1e6)):
        if count >= length:
            return f"{count / length:.1f} {unit}"
    return f"{max(1.0, count / 1e3):.0f} kB"


@contextmanager
def _progress() -> Generator[Callable[[int, int], None]]:
    """Show a bar with throughput and time left on a terminal, or a line every ``SECONDS_A_LINE`` seconds in a log."""
    page = console.console(error=True)
    started, first, last = time.monotonic(), -1, 0.0

    def pace(done: int, total: int) -> str:
        finished, passed = done - first, time.monotonic() - started
        if finished <= 0 or passed <= 0.0:
            return ""
        return f"{finished / passed:,.1f} runs per second, {format_duration((total - done) * passed / finished)} left"

    if not page.is_terminal:

        def line(done: int, total: int) -> None:
            nonlocal first, last
            first = done if first < 0 else first
            if time.monotonic() - last > SECONDS_A_LINE or done == total:
                last = time.monotonic()
                share = 100.0 * done / max(1, total)
                speed = pace(done, total) if done < total else ""
                console.say(f"{done:,} of {total:,} runs ({share:.0f} %)" + (f"; {speed}" if speed else ""))

        yield line
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    parts = (TextColumn("Sweeping"), BarColumn(), MofNCompleteColumn(), TextColumn("runs  {task.fields[pace]}"))
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
        console.show(f"{damage.part.runs.name}: {damage.why}; it was quarantined, and its runs were repeated.")
    for name in ended.restored:
        console.show(f"{name} was missing or damaged; it was restored from the study.")
    before = f" ({ended.before:,} from before)" if ended.before else ""
    console.show(f"{ended.before + ended.done:,} of {ended.runs:,} runs are done{before}; they are stored in {out}.")
    if ended.failed:
        console.show(f"{ended.failed:,} failed; sweep again to retry them:")
        for failure in ended.first_failures[:FEW]:
            console.show(f"  point {failure.point}, seed {failure.seed}: {failure.reason}")
        if ended.failed > FEW:
            console.show(f"  and {ended.failed - FEW:,} more (alliance-sim status {out})")
    if ended.interrupted:
        console.show("Stopped early; the same command resumes from here.")
