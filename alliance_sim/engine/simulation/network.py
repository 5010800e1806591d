"""The network: sparse, mutual ties between teachers of one subject, inside alliances and across boundaries."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alliance_sim.engine import random_streams
from alliance_sim.engine.compilation import loop, rule, step
from alliance_sim.engine.random_streams import Seed
from alliance_sim.engine.state import Ints, Ties, allocate_table


@rule
def of_subject(teachers: int, subject: int, subjects: int) -> int:
    """Return the number of a school's teachers in a subject, when subjects are assigned in turn."""
    return max(0, (teachers - subject + subjects - 1) // subjects)


@rule
def ties_with(own: int, others: int, place: int) -> int:
    """Return the number of counterparts of the teacher at ``place`` of ``own`` among ``others`` of the subject.

    Each teacher of the larger side has one; those of the smaller side share them in turn.
    """
    if others == 0:
        return 0
    return 1 if own >= others else (others - place + own - 1) // own


def sample_boundary_pairs(
    seed: Seed, ids: NDArray[np.uint32], subject: Ints, alliance_of: Ints, each: int
) -> NDArray[np.int64]:
    """Return pairs of counterparts from ``each`` random pairings per subject, shape (pairs, 2)."""
    found, keys = [np.empty((0, 2), np.int64)], np.empty(len(ids), np.uint64)
    members = np.bincount(subject)
    firsts = np.concatenate([[0], np.cumsum(members // 2)])
    place = np.arange(len(ids)) - np.repeat(np.cumsum(members) - members, members)
    paired = place < np.repeat(members // 2 * 2, members)  # without the last of an odd number
    for turn in range(each):
        fill_keys(seed, ids, turn, keys)
        shuffled = np.lexsort((keys, subject))
        pairs, kept = shuffled[paired].reshape(-1, 2), np.ones(firsts[-1], np.bool_)
        swap_pairs_within(pairs, firsts, alliance_of, kept)
        found.append(pairs[kept])
    return np.concatenate(found)


@loop
def fill_keys(seed: Seed, ids: Ints, turn: int, keys: Ints) -> None:
    """Fill ``keys`` with the random numbers that order teachers in this turn."""
    for teacher in range(ids.size):
        keys[teacher] = random_streams.hashed(seed, random_streams.ACQUAINTANCE, 0, ids[teacher], 0, turn)


@loop
def swap_pairs_within(pairs: Ints, firsts: Ints, alliance_of: Ints, kept: Ints) -> None:
    """Let each pair inside one alliance swap partners with one of the next pairs of its subject.

    Args:
        pairs: rows of teachers, shape (pairs, 2), changed in place.
        firsts: the first pair of each subject, with one extra entry.
        alliance_of: the alliance of each teacher.
        kept: true for each pair; set to false where no swap is found.
    """
    for taught in range(firsts.size - 1):
        first, many = firsts[taught], firsts[taught + 1] - firsts[taught]
        for one in range(first, first + many):
            if alliance_of[pairs[one, 0]] != alliance_of[pairs[one, 1]]:
                continue
            kept[one] = False
            for further in range(1, min(many, 50)):
                other = first + (one - first + further) % many
                valid = alliance_of[pairs[one, 0]] != alliance_of[pairs[other, 1]]
                if valid and alliance_of[pairs[other, 0]] != alliance_of[pairs[one, 1]]:
                    swapped = pairs[one, 1]
                    pairs[one, 1] = pairs[other, 1]
                    pairs[other, 1] = swapped
                    kept[one] = True
                    kept[other] = True
                    break


def boundary_pairs(
    seed: Seed, ids: NDArray[np.uint32], subject: Ints, alliance_of: Ints, each: int
) -> NDArray[np.int64]:
    """Sample counterparts of one subject in different alliances, about ``each`` per teacher.

    Returns:
        Distinct pairs of rows, shape (pairs, 2), sorted by the stable ids of the two, the lower id first. A teacher's
        partners are thus in the order of their ids, independent of row numbers.
    """
    found = sample_boundary_pairs(seed, ids, subject, alliance_of, each)
    by_id = np.argsort(ids)
    place = np.empty(len(ids), np.int64)
    place[by_id] = np.arange(len(ids))
    one, other = place[found[:, 0]], place[found[:, 1]]
    many = max(1, len(ids))
    each_pair = np.sort(np.minimum(one, other) * many + np.maximum(one, other))
    distinct = each_pair[np.diff(each_pair, prepend=-1) > 0]  # perf: five times as fast as np.unique
    return by_id[np.stack([distinct // many, distinct % many], axis=1)]


def tie_tables(
    school_offsets: Ints, teacher_offsets: Ints, subjects: int, across: NDArray[np.int64]
) -> tuple[Ties, NDArray[np.int32], NDArray[np.int32]]:
    """Build all ties in compressed rows, sorted by holder, internal before external, then by partner.

    Returns:
        The ties with zero state, the offsets of each teacher's ties (one extra entry), and the row of each teacher's
        first external tie.
    """
    teachers = int(teacher_offsets[-1])
    inside = np.zeros(teachers, np.int64)
    count_inside(school_offsets, teacher_offsets, subjects, inside)
    outside = np.bincount(across.ravel(), minlength=teachers)
    tie_offsets = np.concatenate([[0], np.cumsum(inside + outside)])
    columns = allocate_table(Ties, int(tie_offsets[-1]))
    cursor = tie_offsets[:-1].copy()
    fill_inside(school_offsets, teacher_offsets, subjects, cursor, columns["partner"], columns["twin"])
    external_tie_start = cursor.copy()
    fill_across(across, cursor, columns["partner"], columns["twin"])
    return Ties(**columns), tie_offsets.astype(np.int32), external_tie_start.astype(np.int32)


@loop
def count_inside(school_offsets: Ints, teacher_offsets: Ints, subjects: int, inside: Ints) -> None:
    """Count each teacher's ties inside the alliance into ``inside``."""
    for alliance in range(school_offsets.size - 1):
        for school in range(school_offsets[alliance], school_offsets[alliance + 1]):
            staff = teacher_offsets[school + 1] - teacher_offsets[school]
            for other in range(school_offsets[alliance], school_offsets[alliance + 1]):
                if other == school:
                    continue
                there = teacher_offsets[other + 1] - teacher_offsets[other]
                for place in range(staff):
                    taught = place % subjects
                    own, others = of_subject(staff, taught, subjects), of_subject(there, taught, subjects)
                    inside[teacher_offsets[school] + place] += ties_with(own, others, place // subjects)


@loop
def fill_inside(
    school_offsets: Ints, teacher_offsets: Ints, subjects: int, cursor: Ints, partner: Ints, twin: Ints
) -> None:
    """Write both directions of every internal tie; the order of the loops keeps each holder's ties sorted."""
    for alliance in range(school_offsets.size - 1):
        for school in range(school_offsets[alliance], school_offsets[alliance + 1]):
            staff = teacher_offsets[school + 1] - teacher_offsets[school]
            for other in range(school + 1, school_offsets[alliance + 1]):
                there = teacher_offsets[other + 1] - teacher_offsets[other]
                for taught in range(subjects):
                    own, others = of_subject(staff, taught, subjects), of_subject(there, taught, subjects)
                    if own == 0 or others == 0:
                        continue
                    for place in range(max(own, others)):
                        one = teacher_offsets[school] + taught + subjects * (place % own)
                        two = teacher_offsets[other] + taught + subjects * (place % others)
                        join(one, two, cursor, partner, twin)


@loop
def fill_across(pairs: Ints, cursor: Ints, partner: Ints, twin: Ints) -> None:
    """Write both directions of every external tie; sorted pairs keep each holder's ties sorted."""
    for pair in range(pairs.shape[0]):
        join(pairs[pair, 0], pairs[pair, 1], cursor, partner, twin)


@step
def join(one: int, two: int, cursor: Ints, partner: Ints, twin: Ints) -> None:
    """Write a tie in each direction, each the twin of the other."""
    there, back = cursor[one], cursor[two]
    partner[there], partner[back] = two, one
    twin[there], twin[back] = back, there
    cursor[one] += 1
    cursor[two] += 1
