"""The entry point of the command line: exit codes, refused input, interrupts and closed output."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, cast

import typer

from alliance_sim.cli import console, serve_app, study_app
from alliance_sim.cli.app import app
from alliance_sim.cli.errors import DONE, FAILED, INTERRUPTED, REFUSED, Refusal, refusal_of

COMMANDS = (serve_app, study_app)
"""Modules that register their commands when they are imported."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Args:
        arguments: the words after ``alliance-sim``; by default, those of the shell.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if _output_was_closed():
        console.say("alliance-sim: standard output is closed; send it to a file or to /dev/null")
        return REFUSED
    with suppress(AttributeError, ValueError):  # a terminal without Greek letters gets question marks, not a crash
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        with console.guarded_output(), _interrupted_by_signals(), _deprecations_as_notes():
            code = app(words, prog_name="alliance-sim", standalone_mode=False)
            sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except typer.Abort:
        code = INTERRUPTED
    except SystemExit as stop:
        code = stop.code
    except (console.ReaderLeftError, BrokenPipeError):
        console.discard_output(sys.stdout)
        return DONE
    except console.OutputError as trouble:
        console.discard_output(sys.stdout)
        code = _refused(Refusal(str(trouble), code=FAILED), as_json=False)
    except Exception as error:
        refusal = refusal_of(error, "alliance-sim")
        if refusal is None:
            raise
        code = _refused(refusal, as_json="--json" in words)
    if code == INTERRUPTED:
        closed = "The page is closed." if words[:1] == ["serve"] else "Interrupted; no incomplete files are left."
        console.say(f"\n{closed}")
    return code if isinstance(code, int) else DONE


@contextmanager
def _deprecations_as_notes() -> Generator[None]:
    """Show old keys in configs and studies as one line each on standard error."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", FutureWarning)
        show = warnings.showwarning

        def show_note(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
            if category.__module__.startswith("alliance_sim"):
                console.say(f"note: {message}")
            else:
                show(message, category, *place, **more)

        warnings.showwarning = show_note
        yield


def _refused(refusal: Refusal, *, as_json: bool) -> int:
    if as_json:
        try:
            console.show_json(refusal.to_dict())
        except console.ReaderLeftError:
            console.discard_output(sys.stdout)
        except console.OutputError:
            console.discard_output(sys.stdout)
            as_json = False
    if not as_json:
        for sentence in refusal.sentences:
            console.say(sentence)
    return refusal.code


def _output_was_closed() -> bool:
    """Return whether standard output was closed when the process started.

    Standard streams that are closed are opened on the null device; otherwise the next file or socket would get their
    numbers.
    """
    closed = cast("Any", sys.stdout) is None
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - stays open until the process ends
            if stream.fileno() != number:
                os.dup2(stream.fileno(), number)
            setattr(sys, name, stream)
    return closed


@contextmanager
def _interrupted_by_signals() -> Generator[None]:
    """Treat ``kill`` and a closed terminal as interrupts as well, so that incomplete folders are removed."""
    before: dict[int, Any] = {}

    def interrupted(number: int, frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)  # a second Ctrl-C must not interrupt the clean-up
        raise KeyboardInterrupt

    with suppress(ValueError, AttributeError):  # not in the main thread; no hang-ups on Windows
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, interrupted)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
