"""``alliance-sim status``, ``verify``, ``report`` and ``export``: work with stored results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from alliance_sim.cli import console
from alliance_sim.cli.errors import DONE, FAILED, Refusal
from alliance_sim.files import clear_leftovers, write_atomically

if TYPE_CHECKING:
    from alliance_sim.study.storage.status import Status

FEW = 5


def status(folder: Path, as_json: bool) -> int:
    """Show the progress of a sweep and return the exit code."""
    from alliance_sim.study.storage.status import status as status_of

    found = status_of(folder)
    code = FAILED if found.failed or found.damaged else DONE
    if as_json:
        console.show_json(_status_document(found))
        return code
    console.show(f"{found.name}: {found.question}")
    share = 100.0 * found.done / max(1, found.runs)
    running = f"; process {found.writer} is running more" if found.writer else ""
    console.show(f"{found.done:,} of {found.runs:,} runs are done ({share:.0f} %), {found.left:,} are left{running}.")
    if found.failed:
        console.show(f"{found.failed:,} failed; sweep again to retry them:")
        for reason, times in found.reasons[:FEW]:
            console.show(f"  {times:,} × {reason}")
        if len(found.reasons) > FEW:
            console.show(f"  and {len(found.reasons) - FEW:,} more reasons (--json lists all)")
    if found.damaged:
        console.show(
            f"{found.damaged:,} parts are damaged (see alliance-sim verify {folder}); sweep again to replace them."
        )
    return code


def _status_document(found: Status) -> dict[str, Any]:
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
    """Show the damage to results, if any, and return the exit code."""
    from alliance_sim.study.storage.status import status as status_of
    from alliance_sim.study.storage.status import verified

    wrong, found = verified(folder), status_of(folder)
    repeated = 0
    if deep and not wrong:
        repeated, differing = _repeat_runs(folder, worlds, schools)
        wrong += differing
    if as_json:
        console.show_json(
            {"folder": str(folder), "wrong": wrong, "done": found.done, "runs": found.runs, "repeated": repeated}
        )
    elif wrong:
        console.show(*(f"{sentence}." for sentence in wrong))
        if repeated:
            console.show("These results differ from those of this model for the study; do not use them.")
        else:
            console.show("Sweep again into the same folder: damaged parts are quarantined and their runs repeated.")
    elif not found.done + found.failed:
        console.show(
            f"No run is stored yet (0 of {found.runs:,}), so there are no bytes of results to compare.",
            "The files that describe the study are intact.",
        )
    else:
        console.show(f"The results are intact: {found.done:,} of {found.runs:,} runs, every byte compared.")
        if deep:
            console.show(f"{repeated:,} of them were repeated, with the same results to the last byte.")
    return FAILED if wrong else DONE


def _repeat_runs(folder: Path, worlds: int | None, schools: Path | None) -> tuple[int, list[str]]:
    from alliance_sim.study.execution.reproduce import reproduce

    console.compile_rules()
    with console.show_progress("Repeating", "runs") as progress:
        return reproduce(folder, worlds, schools, progress)


def report(folder: Path, out: Path | None, as_json: bool) -> int:
    """Write the page, or print its findings as JSON, and return the exit code."""
    from alliance_sim.reporting.study.findings import collect_findings
    from alliance_sim.reporting.study.page import rendered
    from alliance_sim.reporting.study.summary import answer
    from alliance_sim.reporting.study.to_json import document
    from alliance_sim.study import Results

    results = Results.open(folder)
    target = out if out is not None or as_json else folder / "report.html"
    if target is not None:
        _refuse_other_files(target)
    with console.explain_wait("Reading results and drawing charts …"):
        findings = collect_findings(results)
        if target is not None:
            clear_leftovers(target.parent)
            write_atomically(target, rendered(findings))
    if as_json:
        console.show_json({"page": None if target is None else str(target)} | document(findings))
        return DONE
    console.show(f"{results.manifest.name}: {results.manifest.question}", "")
    console.show(*answer(findings))
    console.show("", f"The page with all charts and tables: {target}")
    return DONE


def _refuse_other_files(target: Path) -> None:
    """Refuse a target that is not a page of this library, so that no other file is overwritten."""
    from alliance_sim.reporting.html import GENERATOR

    if target.is_dir():
        raise Refusal(f"--out {target}: this is a folder; give the name of a file, as in {target / 'report.html'}")
    if target.exists() and GENERATOR.encode() not in target.read_bytes()[:2_000]:
        raise Refusal(
            f"--out {target}: this file is not a report of alliance-sim and is not overwritten; give another name"
        )
    if not target.parent.is_dir():
        raise Refusal(f"--out {target}: the folder {target.parent} does not exist; create it, or give another place")


def export(folder: Path, out: Path, how: str, licence: str, author: str, as_json: bool) -> int:
    """Export results and return the exit code."""
    from datetime import UTC, datetime
    from typing import cast

    from alliance_sim.cli.output import write_all_or_none
    from alliance_sim.reporting.export.export import Format
    from alliance_sim.reporting.export.export import export as write_export
    from alliance_sim.reporting.export.ro_crate import Published
    from alliance_sim.study import Results

    results = Results.open(folder)
    made = Published(licence, author, datetime.now(UTC).date())
    with console.explain_wait("Writing tables …"), write_all_or_none(out) as staging:
        files = write_export(results, staging, cast("Format", how), made)
    if as_json:
        console.show_json({"out": str(out), "format": how, "files": [{"name": n, "is": s} for n, s in files.items()]})
        return DONE
    console.show(console.table([f"in {out}", ""], [[name, description] for name, description in files.items()]))
    if how == "ro-crate":
        console.show(f"Licence: {licence} (choose another with --licence URL).")
    return DONE
