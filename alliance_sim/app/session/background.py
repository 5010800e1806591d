"""Work that takes longer than a click: on a thread of its own, with progress, a time limit and a way to cancel it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NoReturn

from alliance_sim.app.session.session_config import RefusedError

Progress = Callable[[float], None]
"""Takes the share that is done; raises once the work is cancelled or has run out of time."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""Long work of all sessions together: further work waits, so that the sessions that play keep their share."""


class CancelledError(RefusedError):
    """The work was cancelled; nothing was changed."""


class Work[T]:
    """A computation on a thread of its own.

    Attributes:
        title: what is computed, as the page shows it.
        share: how much of it is done, 0 to 1.
    """

    def __init__(self, title: str, act: Callable[[Progress], T], seconds: float) -> None:
        """Prepare the computation.

        Args:
            title: what is computed.
            act: computes it, and calls its argument with the share that is done.
            seconds: how long it may take once it has begun.
        """
        self.title, self.share = title, 0.0
        self._act, self._seconds = act, seconds
        self._cancelled = threading.Event()
        self._settled = threading.Lock()
        self._left = False
        self._result: Callable[[], T] | None = None
        self._then: Callable[[Work[T]], None] = lambda _: None
        self._heard: Callable[[], None] = lambda: None
        self._deadline = 0.0

    def start(self, patience: float, then: Callable[[Work[T]], None], heard: Callable[[], None]) -> bool:
        """Begin, and wait for a moment.

        Args:
            patience: seconds to wait for the result.
            then: called on the thread of the work once it is done, unless it was done within that time.
            heard: called on the thread of the work whenever ``share`` has grown by a hundredth.

        Returns:
            Whether it is done.
        """
        self._then, self._heard = then, heard
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        thread.join(patience)
        with self._settled:
            self._left = self._result is None
        return not self._left

    def cancel(self) -> None:
        """Stop at the next step; the result is then a ``CancelledError``."""
        self._cancelled.set()

    def result(self) -> T:
        """What was computed.

        Raises:
            CancelledError: if it was cancelled.
            RefusedError: if it took too long; and whatever else stopped it.
        """
        if self._result is None:
            raise RefusedError("this is still being computed; wait or cancel it")
        return self._result()

    def _run(self) -> None:
        result = self._computed()
        with self._settled:
            self._result = result
            left = self._left
        if left:
            self._then(self)

    def _computed(self) -> Callable[[], T]:
        try:
            while not _AT_ONCE.acquire(timeout=0.1):
                self._check()
            try:
                self._deadline = time.monotonic() + self._seconds
                self._check()
                computed = self._act(self._progress)
                return lambda: computed
            finally:
                _AT_ONCE.release()
        except Exception as trouble:  # whatever stopped it is raised where the result is asked for
            return _raising(trouble)

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
            if self._left:
                self._heard()


def _raising(trouble: Exception) -> Callable[[], NoReturn]:
    def raise_it() -> NoReturn:
        raise trouble

    return raise_it
