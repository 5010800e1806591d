"""Accessibility: keyboard, screen readers, projectors and phones."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.classroom import half_term, play_to, press

AXE = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def axe_finds_nothing(page):
    found = AXE.run(page, options=RULES).response["violations"]
    text = [(one["id"], one["help"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]
    assert text == []


def test_axe_finds_nothing_at_the_start_and_after_some_years(page):
    axe_finds_nothing(page)
    play_to(page, 12, speed=12)
    press(page, "Funding ends")
    axe_finds_nothing(page)


@pytest.mark.parametrize("drawer", ["Predict first", "All assumptions", "Save and open", "Keys and symbols"])
def test_axe_finds_nothing_in_a_drawer(page, drawer):
    press(page, drawer)
    page.locator(".drawer").wait_for()
    page.evaluate("document.querySelectorAll('.drawer details').forEach(group => { group.open = true; })")
    axe_finds_nothing(page)


def test_axe_finds_nothing_on_a_card_a_claim_a_bet_and_a_refusal(page):
    play_to(page, 6)
    page.get_by_test_id("world-b").locator(".school").first.click()
    page.get_by_test_id("story").get_by_role("button", name="claim").first.click()
    press(page, "Predict first")
    press(page, "Place the bet")
    page.locator(".panel .cover").wait_for()
    axe_finds_nothing(page)
    page.evaluate("document.querySelector('.controls').__vue__.look_at(1e9)")
    page.locator(".notice.a-refusal").wait_for()
    axe_finds_nothing(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_with_a_projector_or_on_a_phone(classroom, server, width):
    page = classroom.open(server, width=width)
    press(page, "Projector")
    play_to(page, 6)
    axe_finds_nothing(page)


def focused(page):
    return page.evaluate(
        """() => { const at = document.activeElement;
        return at.getAttribute("aria-label") || at.innerText || at.closest("label")?.innerText || at.tagName; }"""
    )


def test_tab_reaches_everything_and_enter_uses_it(page):
    reached = []
    for _ in range(48):
        page.keyboard.press("Tab")
        reached.append(focused(page))
    text = " | ".join(reached)
    for wanted in ("Play", "Pause", "Step", "Reset", "Projector", "Time line", "Network of", "claim", "Funding ends",
                   "Secrecy", "Predict first", "All assumptions", "Save and open", "Keys and symbols"):  # fmt: skip
        assert wanted in text, wanted


def test_a_network_is_walked_with_arrows_and_a_card_opened_with_enter(page):
    network = page.get_by_test_id("world-a").get_by_role("listbox")
    network.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert network.get_attribute("aria-activedescendant") == "school-a-2"
    assert half_term(page) == 0  # arrows inside a network walk, they do not step
    page.keyboard.press("Enter")
    card = page.get_by_role("complementary", name="Card of School 3")
    expect(card).to_be_visible()
    assert "School 3" in focused(page)
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    page.keyboard.press("Tab")


def test_screen_readers_get_a_description_of_every_picture(page):
    play_to(page, 12, speed=12)
    network = page.get_by_test_id("world-b").get_by_role("listbox")
    assert "Network of 24 schools in 4 alliances: mean trust" in network.get_attribute("aria-label")
    school = page.get_by_test_id("world-b").get_by_role("option").first
    assert "teachers, trust 0." in school.get_attribute("aria-label")
    curves = page.get_by_role("region", name="Curves of both systems").get_by_role("img")
    assert curves.count() == 4
    assert "Silicon Valley 0." in curves.first.get_attribute("aria-label")
    assert page.get_by_role("slider", name="Time line").get_attribute("aria-valuetext").startswith("Year ")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "user-scalable" not in page.locator("meta[name=viewport]").get_attribute("content")


def test_a_projector_has_larger_letters_and_is_remembered(classroom, server):
    context = classroom.context()
    page = classroom.open(server, context=context)
    size = "parseFloat(getComputedStyle(document.querySelector('.story li')).fontSize)"
    usual = page.evaluate(size)
    press(page, "Projector")
    assert page.evaluate(size) >= 1.25 * usual
    smallest = page.evaluate(
        """Math.min(...[...document.querySelectorAll(".panel text")].map(
            one => parseFloat(getComputedStyle(one).fontSize)))"""
    )
    assert smallest >= 15
    again = classroom.open(server, context=context)
    expect(again.get_by_role("button", name="Projector")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("projector", [False, True])
def test_nothing_runs_over_the_edge(classroom, server, width, height, projector):
    page = classroom.open(server, width=width, height=height)
    if projector:
        press(page, "Projector")
    play_to(page, 3)
    for drawer in ("Predict first", "All assumptions", "Save and open", "Keys and symbols"):
        press(page, drawer)
        page.locator(".drawer").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
