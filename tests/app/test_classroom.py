"""A class: one question at a time, anonymous bets, and no word of the outcome before the reveal."""

import json
import math
import re
import threading
import time
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from alliance_sim.app.classroom import own_systems, phones
from alliance_sim.app.classroom.classroom import Classroom, RefusedBetError
from alliance_sim.app.classroom.join_codes import ALPHABET, make_code, read_path
from alliance_sim.app.classroom.own_systems import LEVERS, OwnSystems, PairOfSystems
from alliance_sim.app.classroom.question import Question
from alliance_sim.app.classroom.request_limits import Buckets
from alliance_sim.app.lesson.class_questions import question_about, reveal_of, shown_curve
from alliance_sim.app.session.session_config import RefusedError
from alliance_sim.config import default_configuration

NAMES = ("Open schools", "Closed schools")
CURVES = (np.linspace(0.4567, 0.7311, 61), np.linspace(0.15, 0.0923, 61))


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def classroom(clock):
    return Classroom(clock)


def ask(classroom, curves=CURVES):
    question = question_about("sharing", "How much will each system share?", NAMES, curves, known_until=12)
    classroom.ask(question)
    return question


def joined(classroom, many, address="192.0.2.{}"):
    return [classroom.phones.find(classroom.phones.join(address.format(place))) for place in range(many)]


def test_codes_are_short_random_and_without_letters_that_look_alike():
    codes = {make_code() for _ in range(500)}
    assert len(codes) > 450
    assert all(re.fullmatch(f"[{ALPHABET}]{{4}}", code) for code in codes)
    assert not set("01AEIOULSZ") & set(ALPHABET)
    assert len(ALPHABET) ** 4 > 400_000


@pytest.mark.parametrize(
    ("path", "read"),
    [("/7k4q", ("7K4Q", "")), ("/7K4Q/state", ("7K4Q", "state")), ("/7K4Q/", ("7K4Q", "")), ("/", None),
     ("/7K4", None), ("/7K4QX", None), ("/7K4Q/../static", None), ("/7K4Q/a/b", None), ("/class/bets", None),
     ("/７K4Q", None), ("/7K4Q\n", None)],
)  # fmt: skip
def test_the_path_of_a_phone_is_a_code_and_one_word(path, read):
    assert read_path(path) == read


def test_the_axis_and_the_question_do_not_depend_on_the_covered_outcome():
    asked = [
        question_about("sharing", "?", NAMES, (np.r_[CURVES[0][:13], rest], CURVES[1]), 12).to_json()
        for rest in (np.full(48, 0.01), np.full(48, 9.9))
    ]
    assert asked[0] == asked[1]
    assert len(asked[0]["known"][0]) == 13


def test_a_question_without_anything_left_to_bet_on_is_refused():
    with pytest.raises(ValueError, match="before its horizon"):
        question_about("sharing", "?", NAMES, CURVES, 60)
    with pytest.raises(ValueError, match="two finite ends"):
        Question("?", "t", "u", 1.0, math.nan, NAMES, ((0.0,), (0.0,)))


def test_no_phone_is_sent_the_outcome_before_the_reveal(classroom):
    ask(classroom)
    (phone,) = joined(classroom, 1)
    shown = display_of(CURVES)
    for step in (lambda: classroom.place(phone, [40, 20]), classroom.lock):
        step()
        sent = json.dumps(classroom.state(phone))
        assert not any(one in sent for one in shown), sent
    classroom.reveal(reveal_of("sharing", NAMES, CURVES))
    sent = json.dumps(classroom.state(phone))
    assert all(one in sent for one in shown)
    assert classroom.state(phone)["reveal"]["heading"] == "Closed schools: a tenth of the acts of help"


def display_of(curves):
    """The covered values as a phone would get them."""
    return [f"{round(100 * curve[t], 4)}" for curve in curves for t in range(13, 61)]


def test_bets_are_counted_sorted_and_can_be_changed_until_betting_is_closed(classroom):
    ask(classroom)
    first, second = joined(classroom, 2)
    classroom.place(first, [50, 10])
    classroom.place(second, [30.4, 20])
    classroom.place(first, [20, 40])
    bets = classroom.bets()
    assert bets.values == ((20, 30), (20, 40))
    assert (bets.many, bets.phones, bets.phase, bets.medians) == (2, 2, "bet", (25, 30))
    assert classroom.state(first)["mine"] == [20, 40]
    classroom.lock()
    with pytest.raises(RefusedBetError, match="closed"):
        classroom.place(first, [1, 1])
    assert classroom.bets().values == ((20, 30), (20, 40))
    classroom.unlock()
    classroom.place(first, [30, 30])
    classroom.reveal(reveal_of("sharing", NAMES, CURVES))
    with pytest.raises(RefusedBetError):
        classroom.place(first, [1, 1])
    classroom.unlock()
    assert classroom.phase == "revealed"
    ask(classroom)
    assert classroom.bets().many == 0


def test_every_change_has_a_version_and_an_unchanged_class_has_the_same(classroom):
    (phone,) = joined(classroom, 1)
    versions = [classroom.version]
    for act in (
        lambda: ask(classroom), lambda: classroom.place(phone, [1, 1]), classroom.lock, classroom.unlock,
        lambda: classroom.reveal(reveal_of("sharing", NAMES, CURVES)), classroom.wait, classroom.renew_code,
    ):  # fmt: skip
        act()
        versions.append(classroom.version)
    assert all(a < b for a, b in pairwise(versions))
    classroom.bets(), classroom.state(phone)
    assert classroom.version == versions[-1]


@pytest.mark.parametrize(
    "values",
    [None, [], [1], [1, 2, 3], ["1", 2], [True, 1], [math.nan, 1], [math.inf, 1], [-1, 5], [1e9, 5], [10**200, 5], {},
     {"a": 1}, "12", [[1], 2], [None, 1]],
)  # fmt: skip
def test_only_two_numbers_on_the_axis_are_a_bet(classroom, values):
    ask(classroom)
    (phone,) = joined(classroom, 1)
    with pytest.raises(RefusedBetError, match="for each system"):
        classroom.place(phone, values)
    assert classroom.bets().many == 0


def test_nothing_is_kept_of_a_phone_but_a_random_id():
    classroom = Classroom()
    secret = classroom.phones.join("192.0.2.1")
    assert classroom.phones.find(secret)
    assert not classroom.phones.find("")
    assert not classroom.phones.find(classroom.phones.find(secret)), "the id is not the secret"
    assert secret not in repr(vars(classroom.phones))


def test_one_address_cannot_fill_a_class_that_others_have_joined(classroom):
    joined(classroom, 3)
    refusals = []
    for _ in range(phones.MOST_AMONG_OTHERS):
        refusals.append(classroom.phones.refusal("198.51.100.7"))
        classroom.phones.join("198.51.100.7")
    assert set(refusals) == {""}
    assert "Too many phones" in classroom.phones.refusal("198.51.100.7")
    assert classroom.phones.refusal("192.0.2.200") == ""


def test_a_class_behind_one_router_can_join_and_the_number_of_phones_is_bounded(classroom):
    joined(classroom, 60, "192.0.2.1")
    assert classroom.phones.refusal("192.0.2.1") == ""
    joined(classroom, 90)
    assert "full" in classroom.phones.refusal("203.0.113.9")


def test_phones_that_are_away_lose_their_place_unless_they_have_bet(classroom, clock):
    ask(classroom)
    first, _ = joined(classroom, 2)
    classroom.place(first, [1, 1])
    clock.now += 20
    assert classroom.bets().phones == 1
    clock.now += 120
    classroom.phones.refusal("192.0.2.77")
    assert classroom.phones.present == 1


def test_another_code_ends_the_last_one_and_its_bets(classroom):
    ask(classroom)
    secret = classroom.phones.join("192.0.2.1")
    classroom.place(classroom.phones.find(secret), [1, 1])
    before = classroom.code
    assert classroom.renew_code() == classroom.code != before
    assert not classroom.phones.find(secret)
    assert classroom.bets().many == 0


def test_buckets_refill_with_time_and_their_number_is_bounded(clock):
    buckets = Buckets(rate=2.0, burst=3.0, most=10, clock=clock)
    assert [buckets.take("a") for _ in range(5)] == [True, True, True, False, False]
    clock.now += 1
    assert [buckets.take("a") for _ in range(3)] == [True, True, False]
    for place in range(100):
        buckets.take(str(place))
    assert len(buckets._buckets) == 10


SMALL = {"population.schools": 6, "population.alliance_size": 3, "population.teachers_median": 6}
SYSTEMS = PairOfSystems(
    (default_configuration(SMALL), default_configuration({**SMALL, "policy.secrecy": 0.8})),
    "sharing",
    partial(shown_curve, "sharing"),
    seed=3,
    horizon=8,
)


def found_of(own, lever, choice, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = own.ask_for(lever, choice)
        if found["ready"]:
            return found
        time.sleep(0.02)
    raise AssertionError("not simulated in time")


def test_a_lever_changes_both_systems_and_the_rest_stays():
    own = OwnSystems(SYSTEMS)
    secrecy = next(one for one in LEVERS if one.key == "secrecy")
    unchanged = SYSTEMS.curves()
    none = found_of(own, "secrecy", 0)["curves"]
    much = found_of(own, "secrecy", len(secrecy.choices) - 1)["curves"]
    own.cancel()
    assert len(none[0]) == 9
    assert none[0][0] is None, "there is no help before the first half-term"
    assert none[0][1:] == pytest.approx(unchanged[0][1:], abs=1e-3), "this system had no secrecy before"
    assert much[1][1:] == pytest.approx(unchanged[1][1:], abs=1e-3), "this system had much before"
    assert none[0] == none[1], "without the difference the two systems are the same"
    assert none != much


def test_each_choice_is_simulated_once_however_many_phones_ask(monkeypatch):
    made = []
    monkeypatch.setattr(
        PairOfSystems, "curves", lambda *_: made.append(threading.current_thread()) or ((1.0, 2.0), (3.0, 4.0))
    )
    own = OwnSystems(SYSTEMS)
    for _ in range(60):
        own.ask_for("money", 1)
    assert found_of(own, "money", 1)["curves"] == [[1.0, 2.0], [3.0, 4.0]]
    own.cancel()
    assert len(made) == 1
    assert made[0] is not threading.current_thread()


@pytest.mark.parametrize(
    ("lever", "choice"), [("no", 0), ("money", -1), ("money", 3), ("money", True), (None, 0), ("money", "1")]
)
def test_a_lever_or_choice_that_does_not_exist_is_refused(lever, choice):
    own = OwnSystems(SYSTEMS)
    with pytest.raises(RefusedError, match="There is no such"):
        own.ask_for(lever, choice)
    own.cancel()


def test_a_system_that_cannot_be_simulated_gives_a_sentence_and_the_next_is_tried(monkeypatch, caplog):
    answers = iter([ZeroDivisionError("mechanism"), ((1.0,), (2.0,))])

    def curves(*_):
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(PairOfSystems, "curves", curves)
    own = OwnSystems(SYSTEMS)
    assert found_of(own, "money", 0) == {"ready": True, "error": own_systems.NOT_COMPUTED}
    assert found_of(own, "money", 1)["curves"] == [[1.0], [2.0]]
    own.cancel()
    assert "could not be simulated" in caplog.text


def test_a_simulation_that_is_cancelled_is_no_error(caplog):
    own = OwnSystems(SYSTEMS)
    own._cancelled.set()
    assert own.ask_for("money", 0) == {"ready": False}
    own.cancel()
    own._thread.join(10)
    assert not own._thread.is_alive()
    with pytest.raises(RefusedError):
        SYSTEMS.curves(lambda: True)
    started = OwnSystems(SYSTEMS)
    object.__setattr__(started, "_cancelled", _OnSecondLook())
    started.ask_for("money", 0)
    started._thread.join(10)
    assert not started._thread.is_alive()
    assert caplog.text == ""


class _OnSecondLook:
    """An event that is set between the start of a simulation and its first run."""

    def __init__(self):
        self._looks = 0

    def is_set(self):
        self._looks += 1
        return self._looks > 1


def test_another_question_ends_the_simulation_of_levers(classroom):
    ask(classroom)
    own = OwnSystems(SYSTEMS)
    classroom.reveal(reveal_of("sharing", NAMES, CURVES), own)
    (phone,) = joined(classroom, 1)
    assert [one["key"] for one in classroom.state(phone)["levers"]] == [one.key for one in LEVERS]
    ask(classroom)
    assert own._cancelled.is_set()
    assert classroom.own is None
    assert classroom.state(phone)["levers"] == []
