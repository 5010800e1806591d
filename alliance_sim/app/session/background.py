"""Run long computations on a thread of their own, with progress, a time limit and a way to cancel them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NoReturn

from alliance_sim.app.session.session_config import RefusedError

Progress = Callable[[float], None]
"""Takes the share that is done; raises if the work has been cancelled or has exceeded its time limit."""

_SLOTS = threading.BoundedSemaphore(2)
"""Two computations run at a time, over all sessions; others wait, so that sessions that play keep enough CPU time."""


class CancelledError(RefusedError):
    """The work was cancelled; nothing was changed."""


class Work[T]:
    """A computation on a thread of its own.

    Attributes:
        title: a description, as the page shows it.
        share: the share that is done, 0 to 1.
    """

    def __init__(self, title: str, act: Callable[[Progress], T], seconds: float) -> None:
        """Prepare the computation.

        Args:
            title: a description of the work.
            act: does the work, and calls its argument with the share that is done.
            seconds: the time limit, counted from when the work starts.
        """
        self.title, self.share = title, 0.0
        self._act, self._seconds = act, seconds
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._detached = False
        self._result: Callable[[], T] | None = None
        self._on_done: Callable[[Work[T]], None] = lambda _: None
        self._on_progress: Callable[[], None] = lambda: None
        self._deadline = 0.0

    def start(self, patience: float, on_done: Callable[[Work[T]], None], on_progress: Callable[[], None]) -> bool:
        """Start the work, and wait a moment for its result.

        Args:
            patience: seconds to wait for the result.
            on_done: called on the thread of the work when it is done, unless it was done within ``patience``.
            on_progress: called on the thread of the work whenever ``share`` has grown by 0.01.

        Returns:
            Whether the work is done.
        """
        self._on_done, self._on_progress = on_done, on_progress
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        thread.join(patience)
        with self._lock:
            self._detached = self._result is None
        return not self._detached

    def cancel(self) -> None:
        """Stop the work at its next call of ``Progress``; its result is then a ``CancelledError``."""
        self._cancelled.set()

    def result(self) -> T:
        """Return the result.

        Raises:
            CancelledError: if the work was cancelled.
            RefusedError: if the work is not done, or exceeded its time limit.
            Exception: the error that ended the work, if there was one.
        """
        if self._result is None:
            raise RefusedError("this is still being computed; wait or cancel it")
        return self._result()

    def _run(self) -> None:
        result = self._computed()
        with self._lock:
            self._result = result
            detached = self._detached
        if detached:
            self._on_done(self)

    def _computed(self) -> Callable[[], T]:
        try:
            while not _SLOTS.acquire(timeout=0.1):
                self._check()
            try:
                self._deadline = time.monotonic() + self._seconds
                self._check()
                computed = self._act(self._progress)
                return lambda: computed
            finally:
                _SLOTS.release()
        except Exception as error:  # `result` raises it
            return _raising(error)

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise CancelledError("cancelled; nothing was changed")
        if self._deadline and time.monotonic() > self._deadline:
            limit = f"{self._seconds / 60:g} minutes"
            raise RefusedError(f"after {limit} the computation was not done; take fewer schools or fewer half-terms")

    def _progress(self, share: float) -> None:
        self._check()
        if share - self.share >= 0.01:
            self.share = share
            if self._detached:
                self._on_progress()


def _raising(error: Exception) -> Callable[[], NoReturn]:
    def raise_it() -> NoReturn:
        raise error

    return raise_it
