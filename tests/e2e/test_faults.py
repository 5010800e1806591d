"""Faults: each is reported in a clear message, and the session continues."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.classroom import Cable, half_term, notice, pause, play_to, press, vue, wait_for_half_term

LOST = [
    "WebSocket", "ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "Failed to fetch", "Failed to load resource", "Network",
    "Connection lost, reconnecting", "solara reconnect",
]  # fmt: skip
"""Console messages of the browser and of Solara about a lost server."""


def the_session_continues(page):
    at = half_term(page)
    press(page, "Step")
    wait_for_half_term(page, at + 1)


def test_a_dropped_connection_is_reported_and_the_session_plays_on(classroom, serve):
    classroom.expected = LOST
    cable = Cable()
    server = serve("--allow-origin", cable.url)
    cable.leads_to(server.port)
    page = classroom.open(server, url=cable.url)
    page.get_by_role("combobox", name="Speed").select_option("3")
    press(page, "Play")
    wait_for_half_term(page, 4)
    cable.cut()
    expect(page.get_by_text("The connection to the model was lost")).to_be_visible(timeout=15_000)
    at = half_term(page)
    time.sleep(1.5)
    cable.join()
    expect(page.get_by_text("The connection to the model was lost")).to_be_hidden(timeout=8_000)
    wait_for_half_term(page, at + 3, timeout=30_000)  # it plays on without any action
    pause(page)
    the_session_continues(page)
    cable.close()


def test_a_reload_comes_back_to_the_same_half_term(page):
    play_to(page, 7)
    press(page, "Competition rises")
    press(page, "Step")
    time.sleep(1.3)
    at, text = half_term(page), page.get_by_test_id("story").inner_text()
    page.reload()
    page.get_by_role("button", name="Play").wait_for()
    assert half_term(page) == at
    assert page.get_by_test_id("story").inner_text() == text
    the_session_continues(page)


def test_a_restarted_server_restores_the_session(classroom, serve):
    classroom.expected = [*LOST, "solara", "No such comm", "Comm"]
    first = serve()
    page = classroom.open(first)
    play_to(page, 8)
    press(page, "Funding ends")
    press(page, "Step")
    time.sleep(1.3)
    at, text = half_term(page), page.get_by_test_id("story").inner_text()
    assert first.end() in (0, 130)
    expect(page.get_by_text("The connection to the model was lost")).to_be_visible(timeout=15_000)
    again = serve(port=first.port)
    page.get_by_role("button", name="Play").wait_for(timeout=60_000)
    expect(page.get_by_text("The connection to the model was lost")).to_be_hidden(timeout=60_000)
    # Until now the old page is shown; the counter of the new one starts at zero.
    page.wait_for_function("document.querySelector('.ticker')?.dataset.ticket === '0'", timeout=60_000)
    expect(page.get_by_test_id("world-a")).to_have_attribute("data-half-term", str(at), timeout=30_000)
    assert page.get_by_test_id("story").inner_text() == text
    the_session_continues(page)
    assert again.elsewhere() == []


BROKEN = {
    "binary": (b"\x00\x01\x02" * 400, "broken.toml"),
    "nested 8,000 deep": (b"x = " + b"[" * 8000, "broken.toml"),
    "a system too large for any machine": (b'question = "?"\n[population]\nschools = 1e12\n', "broken.toml"),
    "as a whole number": (b'question = "?"\n[population]\nschools = 1000000000000\n', "broken.toml"),
    "n = 1e12": (b"n = 1e12\n", "broken.toml"),
    "nothing": (b"", "broken.toml"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_config_is_refused_in_words(page, tmp_path, what):
    content, name = BROKEN[what]
    (tmp_path / name).write_bytes(content)
    play_to(page, 3)
    press(page, "Save and open")
    page.get_by_label("A config as system A").set_input_files(tmp_path / name)
    expect(page.get_by_test_id("notice")).to_contain_text(name)
    assert "Traceback" not in page.inner_text("body")
    assert str(tmp_path) not in page.content()
    assert half_term(page) >= 3  # the runs are unchanged
    the_session_continues(page)


@pytest.mark.parametrize("field", ["A config as system B", "A list of schools"])
def test_a_file_of_100_megabytes_is_refused_without_being_sent(page, server, tmp_path, field):
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(100_000_000)
    before = server.megabytes()
    press(page, "Save and open")
    page.get_by_label(field).set_input_files(huge)
    expect(page.get_by_test_id("notice")).to_contain_text("huge.csv is larger than")
    assert server.megabytes() - before < 20
    the_session_continues(page)


@pytest.mark.parametrize(
    ("content", "fragment"),
    [(b"\x00\x01\x02" * 400, "broken.csv"), (b"colour,size\nred,3\n", "broken.csv"), (b"", "broken.csv")],
)
def test_a_broken_list_is_refused_in_words(page, tmp_path, content, fragment):
    (tmp_path / "broken.csv").write_bytes(content)
    press(page, "Save and open")
    page.get_by_label("A list of schools").set_input_files(tmp_path / "broken.csv")
    expect(page.get_by_test_id("notice")).to_contain_text(fragment)
    the_session_continues(page)


FORGED = [
    (".controls", "look_at(1e9)"),
    (".controls", "look_at('NaN')"),
    (".controls", "look_at([1])"),
    (".controls", "set_speed(1e6)"),
    (".controls", "set_speed({})"),
    (".controls", "set_seed(-4)"),
    (".controls", "set_seed('1e300')"),
    (".controls", "act('explode')"),
    (".controls", "act(['play'])"),
    (".controls", "choose_preset('war')"),
    (".controls", "choose_preset({})"),
    (".interventions", "intervene({ key: 'betrayal', side: 'c' })"),
    (".interventions", "intervene('betrayal')"),
    (".interventions", "set_policy({ name: 'policy.secrecy', value: '45', side: 'both' })"),
    (".interventions", "set_policy({ name: 'trust.gain', value: '0.1', side: 'both' })"),
    (".interventions", "set_policy({ name: 'policy.secrecy', value: 'x'.repeat(100000), side: 'both' })"),
    (".interventions", "set_policy(null)"),
]


def test_messages_out_of_bounds_are_refused_in_words(page):
    press(page, "Step")
    wait_for_half_term(page, 1)
    for part, call in FORGED:
        vue(page, part, call)
        refused = re.compile("must|there is no|cannot|bounds|longer than")
        expect(page.get_by_test_id("notice"), call).to_contain_text(refused)
        assert "Something in the page failed" not in notice(page), call
        assert len(notice(page)) < 900, call
        press(page, "Dismiss this message")
        expect(page.get_by_test_id("notice")).to_be_empty()
        the_session_continues(page)


def test_a_school_that_does_not_exist_opens_no_card(page):
    for choice in ("-1", "24", "1e9", "'x'", "{}", "null"):
        vue(page, "[data-testid=world-a]", f"choose({choice})")
    the_session_continues(page)
    expect(page.get_by_role("complementary")).to_have_count(0)


@pytest.mark.parametrize(
    "search", ["?preset=war", "?a=/etc/passwd&b=route128", "?preset=reciprocity&do=9999.a.betrayal", "?a=" + "x" * 9000]
)
def test_a_broken_link_is_reported_and_the_first_preset_is_shown(classroom, server, search):
    page = classroom.open(server, search)
    assert notice(page)
    assert "root:" not in page.content()
    the_session_continues(page)


def test_a_link_with_much_to_recompute_shows_its_progress_and_can_be_cancelled(classroom, server):
    large = "&".join(
        f"{side}=baseline&{side}.population.schools=900&{side}.population.teachers_median=30" for side in ("a", "b")
    )
    page = classroom.open(server, f"?{large}&at=60")
    progress = page.get_by_test_id("progress")
    expect(progress).to_contain_text("Recomputing the 60 half-terms that the link describes")
    the_session_continues(page)
    progress.get_by_role("button", name="Cancel").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Cancelled")
    expect(progress).to_be_empty()
    the_session_continues(page)
