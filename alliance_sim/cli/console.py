"""How commands speak: tables and sentences for people, one JSON document for programs."""

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

UNASKED = 3.0
"""Seconds of silence after which a wait is explained."""
LINE_EVERY = 10.0
"""Seconds between lines about progress where no bar can be drawn."""


NARROW_HEADING, WIDEST_HEADING = 10, 14
"""Letters above a column of numbers: where words go on in the next line, and where even one word is broken."""
NARROWEST = 80
"""Columns; on a narrower terminal lines run over, since a table that is squeezed loses digits."""


def console(*, error: bool = False) -> Console:
    """A console for what users wrote as well: square brackets and colons in it mean nothing."""
    from rich.console import Console

    return Console(stderr=error, markup=False, highlight=False, emoji=False, soft_wrap=False)


class ReaderLeftError(Exception):
    """The reader of standard output, ``head`` perhaps, has seen enough. Typer would call it a failure."""


class OutputError(Exception):
    """Standard output cannot be written."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the result cannot be shown, since standard output cannot be written: {why}")


class _GuardedOutput:
    """Standard output whose errors are ours: Typer and Rich end the program themselves on an ``OSError``."""

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
    """Meanwhile, errors of standard output are ``ReaderLeftError`` or ``OutputError``."""
    stream = sys.stdout
    sys.stdout = cast("Any", _GuardedOutput(stream))
    try:
        yield
    finally:
        sys.stdout = stream


def write(text: str) -> None:
    """To standard output, at once."""
    with _errors_of_output():
        sys.stdout.write(text)
        sys.stdout.flush()


def show(*parts: RenderableType) -> None:
    """Print on standard output.

    Rich would end the program itself when a reader has left; so it only lays out, and Python writes.
    """
    page = console()
    page.width = max(page.width, NARROWEST)
    with page.capture() as laid_out:
        for part in parts:
            page.print(harmless(part) if isinstance(part, str) else part)
    text = laid_out.get()
    write(text if page.is_terminal else "\n".join(line.rstrip() for line in text.split("\n")))


def harmless(text: str) -> str:
    """What users wrote, with a dot for each letter that a terminal would obey rather than show."""
    return "\n".join(map(one_line, text.split("\n")))


def show_json(document: Any) -> None:
    """The one document of ``--json``. Pure ASCII, so that no terminal or pipe can spoil it."""
    write(json.dumps(defined(document), indent=2, allow_nan=False) + "\n")


def defined(value: Any) -> Any:
    """The same with None for numbers that are none, as JSON wants it."""
    if isinstance(value, dict):
        return {key: defined(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [defined(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def say(sentence: str) -> None:
    """Tell a person something beside the result: on standard error."""
    try:
        sys.stderr.write(f"{harmless(sentence)}\n")
        sys.stderr.flush()
    except OSError:
        let_go_of(sys.stderr)


def let_go_of(stream: Any) -> None:
    """Send a stream that cannot be written to nowhere; without this Python would complain on leaving."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = (), title: str = ""
) -> RenderableType:
    """A table; the columns at the places ``numbers`` are set to the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    laid = Table(
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
        # Numbers are never cut, nor are names that are there to be copied; what is beside numbers may take two lines.
        unbroken = number or (place == 0 and not numbers)
        laid.add_column(
            Text(_heading(column) if number else column), justify="right" if number else "left", no_wrap=unbroken
        )
    for row in rows:
        laid.add_row(*(Text(harmless(cell)) for cell in row))
    return laid


def _heading(name: str) -> str:
    """A name in several short lines, to stand above a narrow column."""
    lines = textwrap.wrap(name, NARROW_HEADING, break_long_words=False)
    return "\n".join(part for line in lines for part in textwrap.wrap(line, WIDEST_HEADING))


@contextmanager
def explained_if_long(sentence: str) -> Generator[None]:
    """Say the sentence if what is done inside takes longer than a person waits without asking."""
    timer = threading.Timer(UNASKED, say, [sentence])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def made_ready(configurations: Iterable[Configuration] = ()) -> None:
    """Have the rules compiled for these worlds at hand, and explain the wait when they must be made first."""
    with explained_if_long("Compiling the model's rules. This happens once and takes about a minute …"):
        from alliance_sim.comparison.parallel import prepare

        prepare(configurations)


@contextmanager
def progress_shown(what: str, unit: str) -> Generator[Progress]:
    """A progress bar on a terminal; elsewhere, a line now and then."""
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

    def told(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= LINE_EVERY and done < total:
            last = time.monotonic()
            say(f"{what}: {done:,} of {total:,} {unit}")

    return told
