"""Terminal output of commands: sentences and tables for people, one JSON document for programs."""

from __future__ import annotations

import json
import math
import os
import sys
import textwrap
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

from alliance_sim.validation import one_line

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from alliance_sim.comparison.parallel import Progress
    from alliance_sim.config import Configuration

EXPLAIN_AFTER = 3.0
"""Seconds after which a wait is explained."""
LINE_EVERY = 10.0
"""Seconds between progress lines where no bar can be drawn."""


NARROW_HEADING, WIDEST_HEADING = 10, 14
"""Width in letters of headings above numbers: where lines are wrapped, and where even a single word is broken."""
NARROWEST = 80
"""Least width in columns; on a narrower terminal lines run over, since a squeezed table would lose digits."""


def console(*, error: bool = False) -> Console:
    """Return a console that prints text unchanged: square brackets and colons in it are no markup."""
    from rich.console import Console

    return Console(stderr=error, markup=False, highlight=False, emoji=False, soft_wrap=False)


class ReaderLeftError(Exception):
    """The reader of standard output, such as ``head``, has closed it. Typer would treat this as a failure."""


class OutputError(Exception):
    """Standard output cannot be written to."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the result cannot be shown, since standard output cannot be written: {why}")


class _GuardedOutput:
    """Standard output that raises errors of this module; on an ``OSError``, Typer and Rich would end the program."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write to the stream."""
        with _errors_of_output():
            return self._stream.write(text)

    def flush(self) -> None:
        """Flush the stream."""
        with _errors_of_output():
            self._stream.flush()


@contextmanager
def _errors_of_output() -> Generator[None]:
    try:
        yield
    except BrokenPipeError as gone:
        raise ReaderLeftError from gone
    except OSError as trouble:
        raise OutputError(f"{trouble.strerror or trouble}; send it to another place") from trouble


@contextmanager
def guarded_output() -> Generator[None]:
    """Raise ``ReaderLeftError`` or ``OutputError`` for errors of standard output inside the block."""
    stream = sys.stdout
    sys.stdout = cast("Any", _GuardedOutput(stream))
    try:
        yield
    finally:
        sys.stdout = stream


def write(text: str) -> None:
    """Write text to standard output and flush it."""
    with _errors_of_output():
        sys.stdout.write(text)
        sys.stdout.flush()


def show(*parts: RenderableType) -> None:
    """Print on standard output.

    Rich only lays out the text and Python writes it, since Rich would end the program when the reader has left.
    """
    page = console()
    page.width = max(page.width, NARROWEST)
    with page.capture() as captured:
        for part in parts:
            page.print(without_control_characters(part) if isinstance(part, str) else part)
    text = captured.get()
    write(text if page.is_terminal else "\n".join(line.rstrip() for line in text.split("\n")))


def without_control_characters(text: str) -> str:
    """Return text with a dot in place of each control character, which a terminal would obey rather than show."""
    return "\n".join(map(one_line, text.split("\n")))


def show_json(document: Any) -> None:
    """Print the document of ``--json`` in pure ASCII, so that no terminal or pipe can corrupt it."""
    write(json.dumps(defined(document), indent=2, allow_nan=False) + "\n")


def defined(value: Any) -> Any:
    """Return a copy with None for NaN and infinities, which JSON does not have."""
    if isinstance(value, dict):
        return {key: defined(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [defined(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def say(sentence: str) -> None:
    """Print a message that is no part of the result, on standard error."""
    try:
        sys.stderr.write(f"{without_control_characters(sentence)}\n")
        sys.stderr.flush()
    except OSError:
        discard_output(sys.stderr)


def discard_output(stream: Any) -> None:
    """Redirect a stream that cannot be written to the null device; otherwise Python would report an error on exit."""
    with suppress(OSError, ValueError):
        null_device = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null_device, stream.fileno())
        os.close(null_device)


def table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = (), title: str = ""
) -> RenderableType:
    """Return a table; the columns at the indices ``numbers`` are right-aligned."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    laid_out = Table(
        box=box.SIMPLE_HEAD,
        title=Text(title) if title else None,
        title_justify="left",
        title_style="bold",
        header_style="not bold",
        pad_edge=False,
        collapse_padding=True,
    )
    for place, column in enumerate(columns):
        number = place in numbers
        # Numbers are never wrapped, nor are names that users copy; labels beside numbers may take two lines.
        unbroken = number or (place == 0 and not numbers)
        laid_out.add_column(
            Text(_heading(column) if number else column), justify="right" if number else "left", no_wrap=unbroken
        )
    for row in rows:
        laid_out.add_row(*(Text(without_control_characters(cell)) for cell in row))
    return laid_out


def _heading(name: str) -> str:
    """Break a name into short lines for the heading of a narrow column."""
    lines = textwrap.wrap(name, NARROW_HEADING, break_long_words=False)
    return "\n".join(part for line in lines for part in textwrap.wrap(line, WIDEST_HEADING))


@contextmanager
def explain_wait(sentence: str) -> Generator[None]:
    """Print the sentence if the block takes longer than ``EXPLAIN_AFTER`` seconds."""
    timer = threading.Timer(EXPLAIN_AFTER, say, [sentence])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def compile_rules(configurations: Iterable[Configuration] = ()) -> None:
    """Compile the rules that these configurations need, and explain the wait if they are not cached."""
    with explain_wait("Compiling the model's rules. This happens once and takes about half a minute …"):
        from alliance_sim.comparison.parallel import prepare

        prepare(configurations)


@contextmanager
def show_progress(what: str, unit: str) -> Generator[Progress]:
    """Show a progress bar on a terminal, or a line every ``LINE_EVERY`` seconds elsewhere."""
    page = console(error=True)
    if not page.is_terminal:
        yield _lines(what, unit)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    parts = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TextColumn(unit))
    with Progress(*parts, TimeRemainingColumn(), console=page, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(what: str, unit: str) -> Progress:
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= LINE_EVERY and done < total:
            last = time.monotonic()
            say(f"{what}: {done:,} of {total:,} {unit}")

    return report


progress_shown = show_progress  # the name until 0.2.0
