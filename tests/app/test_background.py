"""Long computations run in the background, with progress, a time limit and a way to cancel them."""

import base64
import threading
import time
from dataclasses import replace

import pytest

from alliance_sim.app import page_state
from alliance_sim.app.page_state import PageState
from alliance_sim.app.session.background import CancelledError, Work
from alliance_sim.app.session.permalinks import link, replay_of
from alliance_sim.app.session.session import HORIZON, Session
from alliance_sim.app.session.session_config import RefusedError

LARGE = "&".join(
    f"{side}=baseline&{side}.population.schools=900&{side}.population.teachers_median=30" for side in ("a", "b")
)


def wait_until(true, seconds=60.0):
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    assert true()


def steps(progress, many=1000):
    for step in range(many):
        progress(step / many)
        time.sleep(0.01)
    return "done"


def test_work_that_is_quick_is_done_at_once():
    work = Work("adding", lambda progress: 1 + 1, 10)
    assert work.start(10, lambda _: pytest.fail("called on the other thread"), lambda: None)
    assert work.result() == 2


def test_work_that_takes_long_reports_its_progress_and_its_end():
    done, shares = threading.Event(), []
    work = Work("stepping", lambda progress: steps(progress, 50), 60)
    assert not work.start(0.05, lambda _: done.set(), lambda: shares.append(work.share))
    with pytest.raises(RefusedError, match="still being computed"):
        work.result()
    assert done.wait(30)
    assert work.result() == "done"
    assert shares == sorted(shares)
    assert len(shares) > 10


def test_work_is_cancelled_at_its_next_step():
    done = threading.Event()
    work = Work("stepping", steps, 60)
    assert not work.start(0.05, lambda _: done.set(), lambda: None)
    work.cancel()
    assert done.wait(2)
    with pytest.raises(CancelledError):
        work.result()


def test_work_has_a_limit_of_time():
    work = Work("stepping", steps, 0.05)
    assert work.start(30, lambda _: None, lambda: None)
    with pytest.raises(RefusedError, match="the computation was not done; take fewer schools"):
        work.result()


def test_the_error_that_ends_work_is_raised_by_its_result():
    def fail(_):
        raise KeyError("lost")

    work = Work("failing", fail, 10)
    assert work.start(10, lambda _: None, lambda: None)
    with pytest.raises(KeyError):
        work.result()


def test_no_more_than_two_long_computations_run_at_a_time():
    running, most, ends = set(), [], [threading.Event() for _ in range(4)]

    def act(number):
        def count_noun(progress):
            running.add(number)
            most.append(len(running))
            steps(progress, 10)
            running.remove(number)

        return count_noun

    for number, end in enumerate(ends):
        Work("stepping", act(number), 60).start(0.0, lambda _, end=end: end.set(), lambda: None)
    assert all(end.wait(30) for end in ends)
    assert max(most) == 2


def test_a_link_with_much_to_recompute_does_not_hold_up_the_page(session):
    began = time.monotonic()
    state = PageState.from_link(f"{LARGE}&at={HORIZON}")
    assert time.monotonic() - began < 15
    title, _ = state.working.value
    assert "60 half-terms" in title
    assert state.session.schools < 900
    state.session.step()  # the page stays usable
    assert state.session.at == 1
    state.guarded(lambda _: state.cancel())()
    assert state.working.value is None
    assert state.session.schools < 900


def test_a_link_that_is_recomputed_in_the_background_arrives_whole(played, monkeypatch):
    played.intervene("funding_ends", "b")
    played.step()
    monkeypatch.setattr(page_state, "IMMEDIATE_COST", 0)
    monkeypatch.setattr(page_state, "WAIT_SECONDS", 0.0)
    state = PageState.from_link(link(played))
    wait_until(lambda: state.session.at == 13 and state.working.value is None)
    for mine, yours in zip(played.runs, state.session.runs, strict=True):
        assert str(yours.curve("sharing")) == str(mine.curve("sharing"))
        assert yours.interventions == mine.interventions
    assert link(state.session) == link(played)


def test_a_link_that_fails_in_the_background_is_reported(session, monkeypatch):
    monkeypatch.setattr(page_state, "IMMEDIATE_COST", 0)
    monkeypatch.setattr(page_state, "WAIT_SECONDS", 0.0)
    state = PageState.from_link(f"{link(session)}&do=1.a.war")
    wait_until(lambda: state.notice.value[1] == "refusal")
    assert "there is no such event" in state.notice.value[0]
    assert state.working.value is None


def test_only_the_last_request_is_shown(session, monkeypatch):
    monkeypatch.setattr(page_state, "WAIT_SECONDS", 0.0)
    state = PageState(session)
    first = replace(session.setup, seed=11)
    release = threading.Event()

    def slow():
        release.wait(30)
        return first, "the first"

    state.open(slow)
    state.open(replace(session.setup, seed=12), "the second")
    wait_until(lambda: state.notice.value[0] == "the second")
    release.set()
    time.sleep(0.3)
    assert state.session.setup.seed == 12
    assert state.notice.value[0] == "the second"


def test_the_cost_of_a_link_counts_teachers_and_half_terms(session):
    small, large = replay_of(link(session)), replay_of(f"{LARGE}&at=60")
    assert small.cost < page_state.IMMEDIATE_COST < large.cost
    assert replay_of(f"{LARGE}&at=10").cost < large.cost
    assert replay_of(f"{LARGE}&do=60.a.betrayal").half_terms == 60


@pytest.mark.parametrize(
    "action", ["00001000000.a.betrayal", "1e2.a.betrayal", "-1.a.betrayal", ".a.betrayal", "٣٣٣.a.x"]
)
def test_a_link_dated_at_no_half_term_is_refused_before_anything_is_computed(action):
    with pytest.raises(RefusedError, match="no half-term"):
        replay_of(f"preset=reciprocity&do={action}")


def test_half_of_a_letter_in_a_link_is_replaced(session):
    again = replay_of(f"{link(session)}&a.title=x\ud800y").session()
    assert "\ud800" not in link(again)


def sent(content, what="schools", name="mine.csv"):
    return {"what": what, "name": name, "content": base64.b64encode(content).decode()}


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        (b"name,pupils\n" + b"A,1\n" * 1_900_000, "more than 50,000 lines"),
        (b"name,pupils\n" + b"".join(b"S%d,1\n" % i for i in range(40_000)), "more than 1,000 schools"),
        (b"a" * 7_000_000, "a line has 7,000,000 bytes"),
        (b"name,pupils\n" + b'"' * 7_000_000, "a line has 7,000,000 bytes"),
        (b",".join([b"a"] * 200_000) + b"\n", "the header has 200,000 columns"),
    ],
    ids=["rows", "schools", "line", "quotes", "columns"],
)
def test_lists_that_would_hold_up_the_page_are_refused_quickly(session, content, fragment):
    state = PageState(session)
    handler = state.guarded(lambda given: state.open(lambda: setup_from_upload(session, given)))
    given = sent(content)
    began = time.process_time()
    handler(given)
    wait_until(lambda: state.notice.value[0])
    assert time.process_time() - began < 1.5
    assert state.notice.value[1] == "refusal"
    assert fragment in state.notice.value[0]
    assert "mine.csv" in state.notice.value[0]
    assert state.session.setup.schools is None


def setup_from_upload(session, given):
    from alliance_sim.app.session.uploads import setup_with_file

    return setup_with_file(session.setup, given)


def test_a_list_that_takes_too_long_is_given_up(session, monkeypatch):
    from alliance_sim.app.session import session_config

    monkeypatch.setattr(session_config, "IN_PAGE", session_config.IN_PAGE.__class__(50_000, 1_000, 0.01, "give fewer"))
    state = PageState(session)
    rows = b"".join(b"S%d,1,Closed\n" % i for i in range(40_000))
    handler = state.guarded(lambda given: state.open(lambda: setup_from_upload(session, given)))
    handler(sent(b"name,pupils,status\n" + rows))
    wait_until(lambda: state.notice.value[0])
    assert "after 0.01 seconds the list was not read to its end; give fewer" in state.notice.value[0]


def test_going_back_far_is_done_in_the_background_and_comes_to_the_same(small_session, monkeypatch):
    direct, beside = small_session(), small_session()
    for session in (direct, beside):
        for half_term in range(8):
            if half_term == 2:
                session.intervene("funding_ends", "a")
            session.step()
        session.intervene("betrayal")
        session.look_at(5)
    assert beside.cost_of_going_back > 0
    direct.intervene("head_leaves", "b", 1)
    monkeypatch.setattr(page_state, "IMMEDIATE_COST", 0)
    monkeypatch.setattr(page_state, "WAIT_SECONDS", 0.0)
    state = PageState(beside)
    state.change_here(lambda session: session.intervene("head_leaves", "b", 1))
    wait_until(lambda: state.notice.value[0] != "")
    for mine, yours in zip(direct.runs, beside.runs, strict=True):
        assert yours.interventions == mine.interventions
        assert str(yours.curve("trust")) == str(mine.curve("trust"))
    assert (direct.at, direct.simulated) == (beside.at, beside.simulated) == (5, 5)
    assert link(direct) == link(beside)


def test_a_session_takes_over_the_runs_of_another(session):
    other = Session(replace(session.setup, seed=5))
    other.step()
    session.take(other)
    assert (session.at, session.simulated, session.setup.seed, session.playing) == (1, 1, 5, False)
