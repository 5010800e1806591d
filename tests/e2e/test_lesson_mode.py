"""The lesson, as a lecturer gives it: its screens, the bet and its cover, events, many seeds, and every size."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_accessibility import axe_finds_nothing

SCREENS = ("favour", "promise", "ladder", "coordinator", "systems", "bet", "reveal", "what_if", "chance")
SIZES = {
    "a small projector": (1280, 720), "a large projector": (1920, 1080), "an old projector": (1024, 768),
    "a tablet": (820, 1180), "a phone": (390, 844),
}  # fmt: skip
DONE = {
    "favour": "&helped=1", "promise": "&promises=111110", "ladder": "&played=ladder", "systems": "&played=systems",
    "bet": "&bet=30,20", "reveal": "&bet=30,20&revealed=1", "what_if": "&revealed=1&event=18.both.betrayal:largest",
    "chance": "&revealed=1&runs=1",
}  # fmt: skip


CUT_OFF = """() => [...document.querySelectorAll(".ls-stage button, .ls-stage p, .ls-stage h1, .ls-stage text")]
  .filter(one => { const box = one.getBoundingClientRect(); return box.width > 2 && (
    box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1); })
  .map(one => one.textContent.slice(0, 60))"""
LETTERS = """() => [...document.querySelectorAll(".ls-stage *")].filter(one => one.getBoundingClientRect().width > 2 &&
  [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
  .map(one => parseFloat(getComputedStyle(one).fontSize))"""


def lesson(classroom, server, search="", **more):
    """Open the lesson; without a search, as its address alone opens it."""
    page = classroom.context(**more).new_page()
    page.goto(f"{server.url}/{search}")
    page.get_by_test_id("lesson").locator("h1").wait_for()
    wait_until_shown(page)
    return page


def at(page):
    return page.get_by_test_id("lesson").get_attribute("data-screen")


def wait_until_shown(page):
    expect(page.get_by_test_id("lesson")).to_have_attribute("aria-busy", "false", timeout=60_000)


def wait_for_screen(page, name):
    expect(page.get_by_test_id("lesson")).to_have_attribute("data-screen", name, timeout=60_000)
    wait_until_shown(page)


def next_(page):
    page.get_by_test_id("next").click()


def caption(page):
    return page.get_by_test_id("caption").inner_text()


def shown_text(page):
    """Return all that the page says: visible and accessible text, and the data of its components."""
    return page.evaluate(
        """() => { const all = [document.body.innerText, document.body.textContent, location.search];
        for (const one of document.querySelectorAll("*"))
          for (const name of ["aria-label", "aria-valuetext", "title"]) all.push(one.getAttribute(name) || "");
        const frame = document.querySelector("[data-testid=lesson]").__vue__;
        all.push(JSON.stringify(frame.scene)); return all.join("\\n"); }"""
    )


def test_the_address_alone_opens_the_lesson_and_the_sandbox_is_a_click_away(classroom, server):
    page = lesson(classroom, server)
    wait_for_screen(page, "favour")
    page.get_by_role("link", name="Sandbox").click()
    page.get_by_role("button", name="Step").wait_for()
    assert page.get_by_test_id("world-a").count() == 1
    page.get_by_role("link", name="Lesson").click()
    wait_for_screen(page, "favour")


def test_a_clicker_alone_gives_the_whole_lesson(classroom, server):
    page = lesson(classroom, server, reduced_motion="reduce")
    seen, pressed = ["favour"], 0
    while seen[-1] != "chance" and pressed < 60:
        page.keyboard.press("PageDown")
        pressed += 1
        page.wait_for_timeout(500)
        if at(page) != seen[-1]:
            seen.append(at(page))
    assert tuple(seen) == SCREENS
    page.keyboard.press("PageUp")
    wait_for_screen(page, "what_if")


def test_a_vote_changes_trust_by_the_rules_of_the_model(classroom, server):
    page = lesson(classroom, server)
    before = page.locator(".ls-disc").first.inner_text()
    page.get_by_role("button", name="Ben says no").click()
    expect(page.get_by_test_id("caption")).to_contain_text("trusts Ben less")
    less = page.locator(".ls-disc").first.inner_text()
    assert int(less.rstrip("%")) < int(before.rstrip("%"))
    page.get_by_role("button", name="Ben helps").click()
    expect(page.get_by_test_id("caption")).to_contain_text("now trusts Ben")
    assert int(page.locator(".ls-disc").first.inner_text().rstrip("%")) >= int(before.rstrip("%"))


def test_a_broken_promise_costs_more_than_one_kept_promise_adds(classroom, server):
    page = lesson(classroom, server, "?screen=promise")
    next_(page)
    expect(page.locator(".ls-area .point")).to_have_count(6)
    heights = [float(one.get_attribute("cy")) for one in page.locator(".ls-area .point").all()]
    assert heights == sorted(heights, reverse=True)  # upwards on the screen
    next_(page)
    expect(page.get_by_test_id("caption")).to_contain_text("One broken promise took away")
    heights = [float(one.get_attribute("cy")) for one in page.locator(".ls-area .point").all()]
    assert heights[-1] - heights[-2] > heights[-3] - heights[-2]
    page.get_by_role("button", name="Start again").click()
    expect(page.locator(".ls-area .point")).to_have_count(1)


def test_the_ladder_plays_and_then_says_how_far_the_schools_came(classroom, server):
    page = lesson(classroom, server, "?screen=ladder")
    next_(page)
    page.locator(".ls-net .dot").first.wait_for(state="attached")
    expect(page.get_by_test_id("next")).to_have_text("To the end")
    next_(page)
    expect(page.get_by_test_id("caption")).to_contain_text("After ten years")
    expect(page.locator(".ls-when")).to_have_text("Year 10 of 10")


def test_space_plays_and_pauses_and_never_repeats_the_last_click(classroom, server):
    page = lesson(classroom, server, "?screen=systems")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    line = page.get_by_role("slider", name="Time, in half-terms")
    stopped = line.input_value()
    page.wait_for_timeout(1200)
    assert line.input_value() == stopped
    page.get_by_role("button", name="Which study says so?").click()
    page.keyboard.press("Space")  # plays on; it does not press the button again
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert page.locator(".ls-source").count() == 1
    page.keyboard.press("Space")


def test_a_bet_is_dragged_on_the_plot_and_moved_with_keys(classroom, server):
    page = lesson(classroom, server, "?screen=bet")
    handle = page.get_by_role("slider", name="Bet for Open schools at the end")
    before = int(handle.get_attribute("aria-valuenow"))
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 60, steps=5)
    page.mouse.up()
    lower = int(handle.get_attribute("aria-valuenow"))
    assert lower < before
    handle.focus()
    page.keyboard.press("ArrowUp")
    assert int(handle.get_attribute("aria-valuenow")) == lower + 1
    page.keyboard.press("PageDown")
    assert int(handle.get_attribute("aria-valuenow")) == lower - 9
    next_(page)
    expect(page.locator(".ls-handle.locked")).to_have_count(2)
    expect(page).to_have_url(re.compile(rf"bet={lower - 9}%2C"))


def test_nothing_gives_the_outcome_away_while_a_bet_stands(classroom, server):
    page = lesson(classroom, server, "?screen=reveal&bet=3,4&revealed=1")
    outcomes = page.locator(".ls-compared td b").all_inner_texts()
    finals = page.evaluate("document.querySelector('[data-testid=lesson]').__vue__.scene.picture.plot.finals")
    assert len(finals) == 2
    for screen in SCREENS[4:]:
        covered = lesson(
            classroom, server, f"?screen={screen}&bet=3,4&played=systems&runs=1&event=18.both.betrayal:largest"
        )
        data = covered.evaluate("JSON.stringify(document.querySelector('[data-testid=lesson]').__vue__.scene.picture)")
        text = shown_text(covered)
        for final in finals:
            assert str(final) not in text, f"{screen} gives the outcome away"
        plot = covered.evaluate(
            "(document.querySelector('[data-testid=lesson]').__vue__.scene.picture.plot || {lines: []}).lines"
        )
        assert all(len(line["values"]) <= 13 and not line["ghost"] for line in plot), screen
        assert "runs" not in data or screen != "chance"
        if screen in ("what_if", "chance"):
            expect(covered.get_by_text("A bet stands")).to_be_visible()
    assert outcomes


def test_reveal_is_on_the_cover_and_shows_bet_outcome_and_distance(classroom, server):
    page = lesson(classroom, server, "?screen=bet&bet=30,20")
    button, area = page.get_by_role("button", name="Reveal", exact=True), page.locator(".ls-area").bounding_box()
    box = button.bounding_box()
    assert area["x"] < box["x"]
    assert box["y"] + box["height"] < area["y"] + area["height"]
    button.click()
    wait_for_screen(page, "reveal")
    page.locator(".ls-cover.lifting").wait_for(state="attached")
    expect(page.locator(".ls-cover")).to_have_count(0)
    for row, bet in zip(page.locator(".ls-compared tbody tr").all(), (30, 20), strict=True):
        stated, outcome, distance = (int(re.sub(r"\D", "", one)) for one in row.locator("td").all_inner_texts())
        assert stated == bet
        assert distance == abs(outcome - bet)


def test_the_outcome_appears_only_after_the_cover_has_lifted(classroom, server):
    page = lesson(classroom, server, "?screen=bet&bet=30,20")
    page.get_by_role("button", name="Reveal", exact=True).click()
    page.locator(".ls-uncovering").wait_for(state="attached")
    hidden = "getComputedStyle(document.querySelector('.ls-beside')).opacity"
    page.wait_for_timeout(500)
    assert float(page.evaluate(hidden)) < 1
    expect(page.locator(".ls-uncovering")).to_have_count(0)
    page.wait_for_function(f"{hidden} === '1'")


def test_a_word_of_the_glossary_is_explained_on_focus(classroom, server):
    page = lesson(classroom, server, "?screen=bet")
    term = page.get_by_role("button", name=re.compile("^half-term: ")).first
    page.keyboard.press("Tab")
    for _ in range(30):
        if term.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    shown = term.evaluate("one => getComputedStyle(one, '::after').content")
    assert "time step" in shown


def test_reduced_motion_shows_end_states(classroom, server):
    page = lesson(classroom, server, "?screen=bet&bet=30,20", reduced_motion="reduce")
    page.get_by_role("button", name="Reveal", exact=True).click()
    wait_for_screen(page, "reveal")
    assert page.locator(".ls-cover").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.ls-draw')).animationName") == "none"


EVENTS = ("betrayal", "funding_ends", "coordinators_leave", "competition_rises", "head_leaves", "merger", "redraw",
          "dominant_push")  # fmt: skip


def test_all_eight_events_leave_the_run_without_them_as_a_ghost(classroom, server):
    page = lesson(classroom, server, "?screen=what_if&revealed=1")
    buttons = page.locator(".ls-try .ls-row").first.get_by_role("button")
    assert buttons.count() == len(EVENTS)
    for place in range(len(EVENTS)):
        buttons.nth(place).click()
        expect(buttons.nth(place)).to_have_attribute("aria-pressed", "true", timeout=90_000)
        expect(page.locator(".ls-area .ghost")).to_have_count(2)
        expect(page.locator(".ls-area .gap")).to_have_count(2)
        expect(page.locator(".ls-area .badge")).to_have_count(1)
        assert caption(page)


def test_an_event_is_seen_moved_restricted_to_one_system_and_removed(classroom, server):
    page = lesson(classroom, server, "?screen=what_if&revealed=1&event=18.both.betrayal:largest")
    expect(page.locator(".ls-pairs .hit .ring")).to_have_count(2)
    assert page.locator(".ls-pairs .fell").count() > 0
    expect(page.locator(".ls-area .label.soft").first).to_contain_text("without it")
    school = page.locator("h1").inner_text()
    page.get_by_role("button", name="only in B").click()
    expect(page.locator(".ls-area .ghost")).to_have_count(1)
    page.get_by_role("slider", name="Moment of the event").fill("30")
    expect(page.locator("h1")).to_contain_text("year 5")
    page.locator(".ls-pairs .school:not(.hit)").first.click()
    expect(page.locator("h1")).not_to_have_text(school)
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator(".ls-area .ghost")).to_have_count(0)


def test_one_press_adds_the_runs_with_other_seeds(classroom, server):
    page = lesson(classroom, server, "?screen=chance&revealed=1")
    next_(page)
    expect(page.locator(".ls-area .run")).to_have_count(60, timeout=90_000)
    expect(page.locator(".ls-big")).to_contain_text("of 30")
    assert "28 of 30 runs" in page.locator("figcaption").inner_text()
    expect(page.get_by_test_id("next")).to_have_text("Open the sandbox")


def test_the_address_restores_the_lesson(classroom, server):
    page = lesson(classroom, server, "?screen=what_if&bet=30,20&revealed=1&event=24.b.funding_ends:largest")
    before = page.locator("h1").inner_text(), caption(page)
    again = lesson(classroom, server, page.evaluate("location.search"))
    assert (again.locator("h1").inner_text(), caption(again)) == before


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_fits_every_size(classroom, server, size):
    width, height = SIZES[size]
    page = lesson(classroom, server, width=width, height=height, reduced_motion="reduce")
    for screen in SCREENS:
        page.goto(f"{server.url}/?screen={screen}{DONE.get(screen, '')}")
        wait_for_screen(page, screen)
        page.wait_for_timeout(200)
        wider, longer = page.evaluate(
            """() => { const all = document.documentElement;
            return [all.scrollWidth - innerWidth, all.scrollHeight - innerHeight]; }"""
        )
        assert wider <= 0, f"{screen} is wider than the window"
        if width >= 1024:
            assert longer <= 0, f"{screen} scrolls"
            assert page.evaluate(CUT_OFF) == [], screen


@pytest.mark.parametrize("colours", ["light", "dark", "contrast"])
def test_axe_finds_nothing_on_any_screen(classroom, server, colours):
    context = classroom.context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(server.url)
    page.evaluate(f"localStorage.setItem('alliance-sim.colours', '{colours}')")
    for screen in SCREENS:
        page.goto(f"{server.url}/?screen={screen}{DONE.get(screen, '')}")
        wait_for_screen(page, screen)
        axe_finds_nothing(page)


def test_the_smallest_letters_are_readable_from_the_last_row(classroom, server):
    page = lesson(classroom, server, "?screen=systems", width=1920, height=1080)
    sizes = page.evaluate(LETTERS)
    assert min(sizes) >= 20
