"""Stages of schools: which phases are kept apart, and which infant and junior schools are pairs."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from alliance_sim.schools.group_keys import alike
from alliance_sim.schools.rows import ListedSchool

type Spots = Mapping[int, tuple[float, float]]

SAME_SITE_KM = 0.4
"""An infant and a junior school this near are neighbours; the register's coordinates are exact to about 0.1 km."""

SAME_NAME_KM = 3.0
"""Beyond walking distance, an infant and a junior school of one name are not a pair: saints' names are frequent."""

INFANT, JUNIOR = "infant", "junior"
PRIMARY, SECONDARY, SPECIAL, OTHER = "primary", "secondary", "special", ""

INFANT_WORDS = re.compile(r"\b(?:infants?|first|lower)\b")
JUNIOR_WORDS = re.compile(r"\b(?:juniors?|middle)\b")
GENERIC_WORDS = re.compile(
    r"\b(?:infants?|juniors?|first|lower|middle|primary|nursery|schools?|academy|community|county|church of england"
    r"|c of e|cofe|ce|roman catholic|catholic|rc"
    r"|methodist|voluntary|aided|controlled|foundation|va|vc|and|the|of|for)\b"
)
SPECIAL_TYPES = ("special", "pupil referral", "alternative provision")


def stage_of(school: ListedSchool) -> str:
    """Return ``infant`` or ``junior`` by the school's name, else by the ages of its pupils; empty for other schools."""
    name = school.name.casefold()
    infant, junior = bool(INFANT_WORDS.search(name)), bool(JUNIOR_WORDS.search(name))
    if infant != junior:
        return INFANT if infant else JUNIOR
    low, high = school.further.low_age, school.further.high_age
    if infant or low is None or high is None:
        return ""
    if low < 7 and high <= 8:
        return INFANT
    return JUNIOR if 7 <= low <= 8 and high <= 13 else ""


def name_stem(name: str) -> str:
    """Return a school's name without the words that many schools have: ``elm`` for Elm Infant School."""
    return " ".join(GENERIC_WORDS.sub(" ", alike(name)).split())


def find_pairs(schools: Sequence[ListedSchool], spots: Spots) -> list[tuple[int, int]]:
    """Return pairs of an infant and a junior school that share a site, or a name within walking distance.

    Each school is in one pair at most; a shared name counts before a shared site, a short distance before a long one.

    Args:
        schools: the schools.
        spots: positions in kilometres, for schools where they are known.
    """
    infants, juniors = (
        [at for at, school in enumerate(schools) if stage_of(school) == stage] for stage in (INFANT, JUNIOR)
    )
    if not infants or not juniors:
        return []
    stems = {at: name_stem(schools[at].name) for at in (*infants, *juniors)}
    near = _candidates(schools, spots, infants, juniors, stems)
    found: list[tuple[bool, float, int, int]] = []
    for infant, junior in near:
        away = distance(spots, infant, junior)
        postcode = schools[infant].postcode
        site = away <= SAME_SITE_KM or bool(postcode and postcode == schools[junior].postcode)
        named = bool(stems[infant]) and stems[infant] == stems[junior]
        town = bool(schools[infant].town) and schools[infant].town.casefold() == schools[junior].town.casefold()
        if site or (named and (away <= SAME_NAME_KM or (math.isinf(away) and town))):
            found.append((not named, away, infant, junior))
    taken: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for _, _, infant, junior in sorted(found):
        if infant not in taken and junior not in taken:
            taken |= {infant, junior}
            pairs.append((infant, junior))
    return sorted(pairs)


def _candidates(
    schools: Sequence[ListedSchool], spots: Spots, infants: Sequence[int], juniors: Sequence[int], stems: dict[int, str]
) -> set[tuple[int, int]]:
    """Return infant and junior schools that are near each other, or share a postcode or a name."""
    from scipy.spatial import KDTree

    clues: dict[tuple[str, str], list[int]] = {}
    for at in juniors:
        for clue in (("postcode", schools[at].postcode), ("stem", stems[at])):
            clues.setdefault(clue, []).append(at)
    near = {
        (infant, junior)
        for infant in infants
        for clue in (("postcode", schools[infant].postcode), ("stem", stems[infant]))
        if clue[1]
        for junior in clues.get(clue, ())
    }
    placed = [[at for at in each if at in spots] for each in (infants, juniors)]
    if all(placed):
        trees = [KDTree([spots[at] for at in each]) for each in placed]
        for one, others in enumerate(trees[0].query_ball_tree(trees[1], SAME_SITE_KM)):
            near |= {(placed[0][one], placed[1][other]) for other in others}
    return near


def distance(spots: Spots, one: int, other: int) -> float:
    """Return the distance of two schools in kilometres; infinite where a position is not known."""
    if one not in spots or other not in spots:
        return math.inf
    return math.dist(spots[one], spots[other])


def phases_apart(schools: Sequence[ListedSchool]) -> list[str]:
    """Return for each school the phase that keeps it apart from others: primary, secondary, special, or empty.

    All-through schools, and schools whose phase is not known, count for the phase that most schools of the list have.
    """
    phases = [_phase(school) for school in schools]
    known = [phase for phase in phases if phase in (PRIMARY, SECONDARY)]
    usual = max((PRIMARY, SECONDARY), key=known.count) if known else OTHER
    return [phase or usual for phase in phases]


def _phase(school: ListedSchool) -> str:
    kind, phase = school.further.type.casefold(), school.phase.casefold()
    if any(word in kind or word in phase for word in SPECIAL_TYPES):
        return SPECIAL
    if any(word in phase for word in ("secondary", "16 plus", "upper", "high")):
        return SECONDARY
    if any(word in phase for word in ("primary", "nursery", "infant", "junior", "first", "lower", "elementary")):
        return PRIMARY
    return OTHER
