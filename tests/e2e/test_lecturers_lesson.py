"""The lecturer's tutorial: every control that it names exists and does what it says."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.classroom import half_term, pause, play_to, press

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorials" / "lecturer.md"
YEAR_THREE = 14


def test_everything_that_the_tutorial_names_is_on_the_page(page):
    named = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", TUTORIAL.read_text("utf-8"))
    assert len(named) > 8
    press(page, "Predict first")  # some of it comes with the bet
    page.get_by_role("button", name="Place the bet").wait_for()
    there = page.locator("body").inner_text()
    missing = [name for name in named if name not in there and name != "Reveal"]
    assert missing == []


def test_the_page_behaves_as_the_tutorial_describes(page):
    # Minutes 0-3: the same schools, trust and random numbers; Silicon Valley is on the left.
    expect(page.get_by_test_id("world-a")).to_contain_text("Silicon Valley")
    expect(page.get_by_test_id("world-b")).to_contain_text("Route 128")
    expect(page.get_by_test_id("story")).to_contain_text("the same trust")
    expect(page.get_by_test_id("story")).to_contain_text("the same random numbers")
    # Minutes 3-5
    press(page, "Predict first")
    press(page, "Place the bet")
    expect(page.get_by_text("covered until you reveal it")).to_be_visible()
    # Minutes 5-8
    play_to(page, YEAR_THREE, speed=6)
    assert YEAR_THREE <= half_term(page) < YEAR_THREE + 6
    expect(page.get_by_test_id("when")).to_contain_text("Year 3")
    story = page.get_by_test_id("story")
    story.get_by_role("button", name="claim").first.click()
    expect(story).to_contain_text("Source: ")
    page.get_by_test_id("world-a").locator(".school").first.click()
    expect(page.get_by_role("complementary")).to_contain_text("Events")
    page.keyboard.press("Escape")
    # Minutes 8-12: funding ends in year three in one system; then a betrayal
    play_to(page, 60, speed=12)
    press(page, "Reveal")
    sharing = _ends(page)
    page.get_by_role("slider", name="Time line").fill(str(YEAR_THREE))
    expect(page.get_by_test_id("world-b")).to_have_attribute("data-half-term", str(YEAR_THREE))
    page.get_by_role("radio", name="only Silicon Valley").check()
    press(page, "Funding ends")
    press(page, "Dismiss this message")
    play_to(page, 40, speed=12)
    press(page, "A betrayal")
    play_to(page, 60, speed=12)
    expect(page.locator(".marks li")).to_have_count(2)
    assert _ends(page) != sharing
    # Minutes 12-15: a changed assumption
    press(page, "All assumptions")
    page.get_by_label("competition, Silicon Valley", exact=True).fill("0.1")
    press(page, "Start both systems with these settings")
    expect(page.get_by_test_id("world-a")).to_contain_text("little competition (0.1)")
    pause(page)


def _ends(page):
    return page.locator(".panels").inner_text()
