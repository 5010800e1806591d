"""``alliance-sim status``, ``verify``, ``report`` and ``export``: what is said about results that lie there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from alliance_sim.cli import console
from alliance_sim.cli.errors import DONE, FAILED, Refusal
from alliance_sim.files import clear_leftovers, write_whole

if TYPE_CHECKING:
    from alliance_sim.study.storage.status import Status

FEW = 5
OUR_PAGE = b'<meta name="generator" content="alliance_sim'
"""By this a page of ours is known: only such a one is written over."""


def status(folder: Path, as_json: bool) -> int:
    """How far a sweep is; returns the exit code."""
    from alliance_sim.study.storage.status import status as status_of

    found = status_of(folder)
    code = FAILED if found.failed or found.damaged else DONE
    if as_json:
        console.show_json(_status_told(found))
        return code
    console.show(f"{found.name}: {found.question}")
    share = 100.0 * found.done / max(1, found.runs)
    running = f"; process {found.writer} is adding to them" if found.writer else ""
    console.show(f"{found.done:,} of {found.runs:,} worlds are done ({share:.0f} %), {found.left:,} are left{running}.")
    if found.failed:
        console.show(f"{found.failed:,} failed; sweep again to retry them:")
        for reason, times in found.reasons[:FEW]:
            console.show(f"  {times:,} × {reason}")
        if len(found.reasons) > FEW:
            console.show(f"  and {len(found.reasons) - FEW:,} more reasons (--json tells all)")
    if found.damaged:
        console.show(f"{found.damaged:,} parts are damaged (alliance-sim verify {folder}); sweep again to mend them.")
    return code


def _status_told(found: Status) -> dict[str, Any]:
    reasons = [{"reason": reason, "runs": times} for reason, times in found.reasons]
    return {
        "name": found.name,
        "question": found.question,
        "runs": found.runs,
        "done": found.done,
        "failed": found.failed,
        "left": found.left,
        "reasons": reasons,
        "damaged": found.damaged,
        "writer": found.writer,
    }


def verify(folder: Path, deep: bool, worlds: int | None, schools: Path | None, as_json: bool) -> int:
    """What is wrong with results; returns the exit code."""
    from alliance_sim.study.storage.status import status as status_of
    from alliance_sim.study.storage.status import verified

    wrong, found = verified(folder), status_of(folder)
    relived = 0
    if deep and not wrong:
        relived, differing = _simulate_again(folder, worlds, schools)
        wrong += differing
    if as_json:
        told = {"folder": str(folder), "wrong": wrong, "done": found.done, "runs": found.runs, "lived_again": relived}
        console.show_json(told)
    elif wrong:
        console.show(*(f"{sentence}." for sentence in wrong))
        if relived:
            console.show("These results are not what this model makes of their study; do not use them.")
        else:
            console.show("Sweep again into the same folder: damaged parts are set aside and their worlds lived again.")
    elif not found.done + found.failed:
        console.show(
            f"No run is stored yet (0 of {found.runs:,}), so there are no bytes of results to compare.",
            "The files that describe the study are as they were written.",
        )
    else:
        console.show(f"All is as it was written: {found.done:,} of {found.runs:,} worlds, every byte compared.")
        if deep:
            console.show(f"{relived:,} of them were lived again, and came out the same to the last byte.")
    return FAILED if wrong else DONE


def _simulate_again(folder: Path, worlds: int | None, schools: Path | None) -> tuple[int, list[str]]:
    from alliance_sim.study.execution.reproduce import reproduce

    console.made_ready()
    with console.progress_shown("Living again", "worlds") as told:
        return reproduce(folder, worlds, schools, told)


def report(folder: Path, out: Path | None, as_json: bool) -> int:
    """Write the page, or tell its findings; returns the exit code."""
    from alliance_sim.reporting.study.findings import gathered
    from alliance_sim.reporting.study.page import rendered
    from alliance_sim.reporting.study.summary import answer
    from alliance_sim.reporting.study.to_json import document
    from alliance_sim.study import Results

    results = Results.open(folder)
    target = out if out is not None or as_json else folder / "report.html"
    if target is not None:
        _refuse_what_is_no_page_of_ours(target)
    with console.explained_if_long("Reading results and drawing pictures …"):
        findings = gathered(results)
        if target is not None:
            clear_leftovers(target.parent)
            write_whole(target, rendered(findings))
    if as_json:
        console.show_json({"page": None if target is None else str(target)} | document(findings))
        return DONE
    console.show(f"{results.manifest.name}: {results.manifest.question}", "")
    console.show(*answer(findings))
    console.show("", f"The page with all pictures and figures: {target}")
    return DONE


def _refuse_what_is_no_page_of_ours(target: Path) -> None:
    if target.is_dir():
        raise Refusal(f"--out {target}: this is a folder; give the name of a file, as in {target / 'report.html'}")
    if target.exists() and OUR_PAGE not in target.read_bytes()[:2_000]:
        raise Refusal(f"--out {target}: this file is no report of ours, and is not written over; give another name")
    if not target.parent.is_dir():
        raise Refusal(f"--out {target}: there is no folder {target.parent}; make it first, or give another place")


def export(folder: Path, out: Path, how: str, licence: str, author: str, as_json: bool) -> int:
    """Write results for others; returns the exit code."""
    from datetime import UTC, datetime
    from typing import cast

    from alliance_sim.cli.output import write_all_or_none
    from alliance_sim.reporting.export.export import Format
    from alliance_sim.reporting.export.export import export as exported
    from alliance_sim.reporting.export.ro_crate import Published
    from alliance_sim.study import Results

    results = Results.open(folder)
    made = Published(licence, author, datetime.now(UTC).date())
    with console.explained_if_long("Writing tables …"), write_all_or_none(out) as staging:
        files = exported(results, staging, cast("Format", how), made)
    if as_json:
        console.show_json({"out": str(out), "format": how, "files": [{"name": n, "is": s} for n, s in files.items()]})
        return DONE
    console.show(console.table([f"in {out}", ""], [[name, said] for name, said in files.items()]))
    if how == "ro-crate":
        console.show(f"Licence: {licence} (--licence URL for another one).")
    return DONE
