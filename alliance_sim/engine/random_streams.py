"""Random numbers keyed by purpose, half-term and entity.

Each number is a hash of (seed, purpose, half-term, entities, slot), independent of the order of evaluation. A new
mechanism does not change the numbers of another, and runs that differ only in policy use the same random numbers. The
hash is the finaliser of SplitMix64 (Steele, Lea & Flood 2014), applied to the purpose and then to the entities.
"""

from __future__ import annotations

import math

import numpy as np

from alliance_sim.engine.compilation import loop, rule

# One stream number per purpose. Never renumber them: published results depend on them.
INTAKE, TEACHERS, FIRST_PRACTICE, FIRST_TRUST, ALLIANCE_TRUST, FIRST_HEAD_TRUST, ACQUAINTANCE = range(1, 8)
YEARS_IN_POST = 8
RESULTS_DAY = 9
PHASE = 15
PRACTICE_OF_ALLIANCE, PRACTICE_OF_SCHOOL = 16, 17
HEADS_MEET, HEAD_GRANTS, HEAD_OUTCOME = range(10, 13)
SEEKS_HELP, CHOOSES_PARTNER, BROKERS, OFFERS_BACK, ORDER, ASKS, HOME_JOINT = range(20, 27)
GRANTS, OUTCOME, DEMOTION, JOINT_INNOVATION = range(30, 34)
SOLO_CHANCE, SOLO_AREA, SOLO_STEP = range(40, 43)
# Optional modules.
TEACHER_LEAVES, TRUST_IN_NEWCOMER, HEAD_LEAVES, TRUST_IN_NEW_HEAD, COORDINATOR_LEAVES = range(100, 105)
SENT_TO_HUB = 110
CONSTITUTION, DISSOLVES, LEAVES_ALLIANCE, FORMS = range(120, 124)
INITIATIVE, FOCUS_LOST, MOVES, CHALLENGED, RUMOUR, INTERNAL_TRUST, AUDIT, SPAWNS = range(130, 138)

Seed = np.uint64
"""The internal seed of a run: 64 bits, as ``seed_of`` returns it."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11, _S32 = (np.uint64(bits) for bits in (30, 27, 31, 11, 32))
_UNIT = 2.0**-53


@rule
def mixed(word: np.uint64) -> np.uint64:
    """Apply the finaliser of SplitMix64: every bit of the result depends on every bit of ``word``."""
    word = (word ^ (word >> _S30)) * _FIRST
    word = (word ^ (word >> _S27)) * _SECOND
    return word ^ (word >> _S31)


@rule
def hashed(seed: Seed, purpose: int, half_term: int, first: int, second: int, slot: int) -> np.uint64:
    """Return 64 random bits for a purpose, half-term, pair of entities (by stable ids) and slot.

    The result is the number of the SplitMix64 stream of the purpose and half-term at a position given by the entities
    and the slot.

    # perf: ``stream`` does not depend on the entities, so compilers lift it out of loops over them.
    """
    stream = mixed(seed + (np.uint64(purpose) << _S32 | np.uint64(half_term)) * _GOLDEN)
    pair = np.uint64(first) << _S32 | np.uint64(second)
    return mixed(stream + pair * _GOLDEN + np.uint64(slot) * _SECOND)


@rule
def uniform(seed: Seed, purpose: int, half_term: int, first: int, second: int = 0, slot: int = 0) -> float:
    """Return a uniform random number in [0, 1)."""
    return in_unit(hashed(seed, purpose, half_term, first, second, slot))


@rule
def in_unit(word: np.uint64) -> float:
    """Convert 64 random bits to a number in [0, 1)."""
    return float(word >> _S11) * _UNIT


@rule
def exponential(seed: Seed, purpose: int, half_term: int, first: int, second: int = 0, slot: int = 0) -> float:
    """Return an exponential random number with mean 1."""
    return -math.log1p(-uniform(seed, purpose, half_term, first, second, slot))


@rule
def normal(seed: Seed, purpose: int, half_term: int, first: int, second: int = 0, slot: int = 0) -> float:
    """Return a standard normal random number (Box–Muller; the second hash uses slot + 128)."""
    radius = math.sqrt(2.0 * exponential(seed, purpose, half_term, first, second, slot))
    return radius * math.cos(2.0 * math.pi * uniform(seed, purpose, half_term, first, second, slot + 128))


@loop
def seed_of(number: Seed) -> Seed:
    """Return the internal seed for a user's seed; consecutive seeds give unrelated internal seeds."""
    return mixed(np.uint64(number) * _GOLDEN + _FIRST)
