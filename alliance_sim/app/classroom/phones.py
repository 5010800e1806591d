"""The phones of a class: random ids, no names, and a limit on how many there may be."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from alliance_sim.app.language import _, mark

MOST_PHONES = 150
"""Phones that can join with one code."""
MOST_AT_AN_ADDRESS = 80
"""Phones at one address: the router of a school can hide a whole class behind its own."""
MOST_AMONG_OTHERS = 8
"""Phones at one address once phones have joined from other addresses, so that one student cannot fill the class."""
OTHER_ADDRESSES = 3
PRESENT = 15.0
"""Seconds since its last request for which a phone counts as present."""
FORGOTTEN = 60.0
"""Seconds without a request after which a phone that has not bet loses its place."""

FULL = mark("This class is full. Ask the lecturer for a new code.")
FULL_AT_ADDRESS = mark("Too many phones have joined from your address. Ask the lecturer for a new code.")


@dataclass
class _Phone:
    address: str
    seen: float
    has_bet: bool = False


class Phones:
    """The phones that have joined with the present code."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._phones: dict[str, _Phone] = {}

    def refusal(self, address: str) -> str:
        """Return why no further phone can join from an address, as a sentence; empty if one can.

        Args:
            address: the network address.
        """
        self._forget()
        if len(self._phones) >= MOST_PHONES:
            return _(FULL)
        here = sum(phone.address == address for phone in self._phones.values())
        others = {phone.address for phone in self._phones.values()} - {address}
        most = MOST_AMONG_OTHERS if len(others) >= OTHER_ADDRESSES else MOST_AT_AN_ADDRESS
        return _(FULL_AT_ADDRESS) if here >= most else ""

    def join(self, address: str) -> str:
        """Admit a phone, and return its secret, which is kept by the phone alone.

        Args:
            address: the network address.
        """
        secret = secrets.token_urlsafe(16)
        self._phones[_id(secret)] = _Phone(address, self._clock())
        return secret

    def find(self, secret: str) -> str:
        """Return the id of the phone with this secret, and note that it is present; empty if there is none."""
        found = self._phones.get(_id(secret)) if secret else None
        if found is None:
            return ""
        found.seen = self._clock()
        return _id(secret)

    def touch(self, phone: str) -> None:
        """Note that a phone is present.

        Args:
            phone: its id.
        """
        if phone in self._phones:
            self._phones[phone].seen = self._clock()

    def note_bet(self, phone: str) -> None:
        """Keep the place of a phone that has bet, even if it is not present."""
        if phone in self._phones:
            self._phones[phone].has_bet = True

    def clear_bets(self) -> None:
        """Begin another question."""
        for phone in self._phones.values():
            phone.has_bet = False

    @property
    def present(self) -> int:
        """The number of phones that are present or have bet."""
        since = self._clock() - PRESENT
        return sum(phone.has_bet or phone.seen >= since for phone in self._phones.values())

    def clear(self) -> None:
        """Forget all phones."""
        self._phones.clear()

    def _forget(self) -> None:
        since = self._clock() - FORGOTTEN
        self._phones = {key: one for key, one in self._phones.items() if one.has_bet or one.seen >= since}


def _id(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()[:24]
