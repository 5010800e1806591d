"""A list that needs choices is refused in words, and read with the form of the page, on a laptop and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.classroom import press

LIST = "Kura,Tamariki,Hub\n" + "".join(f"School {at},{200 + at},{'NS'[at % 2]}\n" for at in range(12))


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_columns_of_a_list_are_chosen_without_editing_the_file(page, tmp_path, size):
    (tmp_path / "kura.csv").write_text(LIST)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    press(page, "Save and open")
    page.get_by_label("A list of schools").set_input_files(tmp_path / "kura.csv")
    notice, form = page.get_by_test_id("notice"), page.get_by_test_id("list-form")
    expect(notice).to_contain_text("not in the header")
    expect(notice).to_contain_text("choose in the form “How kura.csv is read”")
    press(page, "Dismiss this message")
    form.get_by_label("The school's name").select_option("Kura")
    form.get_by_label("The number of pupils").select_option("Tamariki")
    form.get_by_label("Group by column").select_option("Hub")
    form.get_by_label("Replace names and numbers").check()
    press(page, "Read the list this way")
    expect(notice).to_contain_text("anonymised list: 12 schools")
    expect(page.get_by_label("The number of pupils")).to_have_value("Tamariki")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_real_names_carry_the_label_on_the_page_on_a_projector_and_in_pictures(page, tmp_path):
    label = "no statement about any school"
    (tmp_path / "named.csv").write_text("name,pupils\n" + "".join(f"Quill {at},{200 + at}\n" for at in range(8)))
    press(page, "Save and open")
    page.get_by_label("A list of schools").set_input_files(tmp_path / "named.csv")
    expect(page.get_by_test_id("notice")).to_contain_text("named.csv: 8 schools")
    expect(page.get_by_test_id("illustrative").first).to_contain_text(label)
    with page.expect_download() as coming:
        press(page, "Picture (SVG)")
    assert label in coming.value.path().read_text("utf-8")
    press(page, "Projector")
    expect(page.get_by_test_id("illustrative").first).to_be_visible()
