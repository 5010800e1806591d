"""Static files: only installed files are served, and none is fetched or deleted."""

import sys

import pytest

from alliance_sim.app import offline
from alliance_sim.app.static_files import asset


@pytest.fixture
def cdn(tmp_path):
    folder = tmp_path / "cdn"
    (folder / "@widgetti" / "app@1.0.0").mkdir(parents=True)
    (folder / "@widgetti" / "app@1.0.0" / "main.js").write_text("here")
    (tmp_path / "secret").write_text("no")
    (tmp_path / "cdn-beside").mkdir()
    (tmp_path / "cdn-beside" / "secret").write_text("no")
    (folder / "link.js").symlink_to(tmp_path / "secret")
    return folder


HOSTILE = [
    "../secret", "/etc/passwd", "@widgetti/../../secret", "link.js", "../cdn-beside/secret", "@widgetti/app@1.0.0", "",
    ".", "@widgetti", "missing@1.0.0/main.js", "a\0b", "x" * 5_000, "..\\secret",
]  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE)
def test_solara_finds_installed_files_only_and_deletes_none(cdn, path, monkeypatch):
    from solara.server import settings, starlette

    offline.stay_offline()
    monkeypatch.setattr(settings.assets, "proxy_cache_dir", cdn)
    before = sorted(cdn.rglob("*"))
    static = starlette.StaticCdn(directory=cdn)
    assert static.lookup_path("@widgetti/app@1.0.0/main.js")[0].endswith("main.js")
    assert static.lookup_path(path) == ("", None)
    assert sorted(cdn.rglob("*")) == before
    with pytest.raises(FileNotFoundError, match="nothing is fetched from outside"):
        asset(cdn, path)


def test_extensions_come_from_the_installation_alone(tmp_path, monkeypatch):
    from solara.server import server
    from solara.server.starlette import StaticNbFiles

    offline.stay_offline()
    assert all(folder.is_relative_to(sys.prefix) for folder in server.nbextensions_directories)
    for name in ("jupyter-vue", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.js").write_text("x")
    (tmp_path / "secret").write_text("no")
    (tmp_path / "jupyter-vue" / "link.js").symlink_to(tmp_path / "secret")
    monkeypatch.setattr(server, "nbextensions_directories", [tmp_path / "jupyter-vue" / "..", tmp_path])
    static = StaticNbFiles()
    assert static.lookup_path("jupyter-vue/index.js")[0]
    for path in ("other/index.js", "jupyter-vue/../other/index.js", "jupyter-vue/../../secret", "secret"):
        assert "secret" not in static.lookup_path(path)[0], path
    assert static.lookup_path("other/index.js") == ("", None)
