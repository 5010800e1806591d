"""A page stands alone, with its figures also as files."""

from __future__ import annotations

from analysis.pages import page as pages
from analysis.robustness import regimes


def test_a_page_needs_no_other_files_and_its_figures_are_also_written(tmp_path):
    page = regimes.analyse(tmp_path, 2, quick=True)
    path = pages.write_page(page, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "A quick look" in text
    assert "http" not in text.replace("http://www.w3.org", "")
    assert (tmp_path / "regimes.png").stat().st_size > 10_000
    assert (tmp_path / "regimes.svg").is_file()
