"""The channels through which requests arise. The occasion of a request is channel × 32 + slot."""

from __future__ import annotations

OWN_CONTACT, BROKERED, OFFERED, SENT, AT_HOME = 0, 1, 2, 3, 4
"""A teacher's own contact with another school, a brokerage, an offer in return, being sent, and a colleague at home."""
SLOTS = 32
"""Slots per channel: the first brokerage of a half-term has occasion 32."""
