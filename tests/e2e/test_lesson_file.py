"""The lesson as one HTML file, opened from disk on a phone and in a frame, without any request."""

import contextlib
import re

import pytest
from playwright.sync_api import expect

from alliance_sim.app.lesson.lesson_file import load_lesson
from alliance_sim.app.lesson_export.kept_lesson import keep_lesson
from alliance_sim.app.lesson_export.one_file import LARGEST, one_file

SIZES = [(390, 844), (360, 640), (844, 390), (820, 1180), (1280, 720)]


@pytest.fixture(scope="module")
def lesson_file(tmp_path_factory):
    """The lesson that ``alliance-sim serve`` shows, with every event that it offers."""
    path = tmp_path_factory.mktemp("kept") / "lesson.html"
    path.write_text(one_file(keep_lesson(load_lesson())), "utf-8")
    return path


@pytest.fixture
def opened(browser, lesson_file):
    """Opens the file without a network; fails if it asks for anything or writes to the console."""
    with contextlib.ExitStack() as all_of_them:
        requests, messages = [], []

        def open_file(width=390, height=844, path=lesson_file, **more):
            context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **more)
            all_of_them.callback(context.close)
            context.on("request", lambda request: requests.append(request.url))
            context.on("console", lambda message: messages.append(message.text))
            context.on("weberror", lambda error: messages.append(str(error.error)))
            page = context.new_page()
            page.goto(path.as_uri())
            return page

        yield open_file
        assert [one for one in requests if not one.startswith(("file:", "data:"))] == []
        assert len([one for one in requests if one.startswith("file:")]) <= 2
        assert messages == []


def test_the_file_is_small(lesson_file):
    size = lesson_file.stat().st_size
    print(f"\n  the lesson as one file: {size:,} bytes")
    assert size < LARGEST


def test_on_a_phone_a_student_predicts_reveals_plays_scrubs_and_tries_an_event(opened):
    page = opened(has_touch=True, is_mobile=True)
    first, second = page.get_by_role("slider", name="your bet").all()
    assert page.locator("#plot .value").count() == 0, "the outcome is covered"
    box = first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 50, steps=4)
    page.mouse.up()
    bet = float(first.get_attribute("aria-valuenow"))
    second.focus()
    page.keyboard.press("PageDown")
    scrub = page.get_by_role("slider", name="Time, in half-terms")
    assert scrub.get_attribute("max") == "12", "only what is known can be looked at"
    page.get_by_role("button", name="Reveal").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator("#when")).to_have_text("Year 10", timeout=30_000)
    expect(page.locator("#about")).to_contain_text("off for A and")
    expect(page.locator("#plot .bet-value.a")).to_have_text(f"{bet:.0f}")
    end = page.locator("#plot .value.a").text_content()
    off = abs(bet - float(end))
    expect(page.locator("#about .ink-a")).to_have_text(f"{off:.0f}")
    colours = page.locator("#network-a .school").first.get_attribute("fill")
    scrub.fill("1")
    expect(page.locator("#when")).to_have_text("Year 1")
    assert page.locator("#network-a .school").first.get_attribute("fill") != colours
    page.get_by_role("button", name="Play").click()
    expect(page.locator("#when")).to_have_text("Year 2")
    page.get_by_role("button", name="Pause").click()
    event = page.get_by_label("Event")
    assert event.locator("option").count() == 9
    event.select_option(index=1)
    expect(page.locator("#plot .ghost")).to_have_count(2)
    expect(page.locator("#plot .mark-disc")).to_have_count(1)
    page.get_by_label("Show").select_option(label="Trust")
    expect(page.locator("#about")).to_contain_text("Dashed: the same run without the event.")
    page.get_by_role("button", name="Bet again").click()
    assert page.locator("#plot .value").count() == 0
    assert page.get_by_role("slider", name="your bet").count() == 2


def test_before_the_reveal_no_visible_or_spoken_text_gives_the_outcome_away(opened, lesson_file):
    page = opened()
    data = re.search(r'"means":\[\[\[([^\]]*)\],\[([^\]]*)\]', lesson_file.read_text("utf-8"))
    ends = [f"{float(curve.split(',')[-1]):.0f}" for curve in data.groups()]
    page.get_by_text("Table of values").click()
    # The years at the beginning of each row may be the same numbers.
    page.evaluate("document.querySelectorAll('#table th[scope=row]').forEach(one => { one.hidden = true; })")
    texts = page.locator("main").inner_text() + " ".join(
        one.get_attribute("aria-label") or "" for one in page.locator("[aria-label]").all()
    )
    table = page.locator("#table tr").all_inner_texts()
    assert table[-1].split() == ["covered", "covered"]
    numbers = set(re.findall(r"\d+", "".join(table[:-8])))
    assert not [end for end in ends if re.search(rf"\b{end}\b", texts) and end not in numbers | {"50"}]


def test_in_a_frame_of_a_learning_platform_the_file_works(opened, tmp_path, lesson_file):
    (tmp_path / "lesson.html").write_bytes(lesson_file.read_bytes())
    course = tmp_path / "course.html"
    course.write_text(
        '<!doctype html><title>A course</title><h1>Week 3</h1><iframe src="lesson.html" title="Lesson" width="100%" '
        'height="900" sandbox="allow-scripts" style="border:0"></iframe>'
    )
    page = opened(820, 1180, path=course)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading")).to_be_visible()
    frame.get_by_role("button", name="Reveal").click()
    expect(frame.locator("#when")).to_have_text("Year 10", timeout=30_000)
    expect(frame.locator("#plot .value")).to_have_count(2)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wider_than_the_screen_and_the_plot_is_on_it(opened, size):
    page = opened(*size)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator("#plot").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert box["height"] >= 190
    page.get_by_role("button", name="Reveal").click()
    page.get_by_label("Event").select_option(index=2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_with_reduced_motion_the_outcome_is_there_at_once(opened):
    page = opened(reduced_motion="reduce")
    page.get_by_role("button", name="Reveal").click()
    expect(page.locator("#when")).to_have_text("Year 10", timeout=1000)
    expect(page.locator("#plot .value")).to_have_count(2, timeout=1000)


def test_the_file_is_accessible(browser, lesson_file):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce", bypass_csp=True)
    with contextlib.closing(context):
        page = context.new_page()
        page.goto(lesson_file.as_uri())
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        page.get_by_role("button", name="Reveal").click()
        page.get_by_text("Table of values").click()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
