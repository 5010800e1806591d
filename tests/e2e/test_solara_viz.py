"""The example in docs/solara_viz.md: the model in Mesa's own view."""

import re
import sys
from pathlib import Path

from tests.e2e.classroom import Server, free_port

DOCS = Path(__file__).parents[2] / "docs" / "solara_viz.md"


def test_mesas_own_view_shows_and_steps_the_model(classroom, tmp_path):
    classroom.expected = ["log: ", "debug: ", "module.exports"]  # Mesa's page is Solara's as it comes
    view = tmp_path / "my_view.py"
    view.write_text(re.search(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)[1], "utf-8")
    command = [
        sys.executable, "-u", "-m", "solara", "run", str(view), "--no-open", "--host", "127.0.0.1",
        "--port", str(free_port()), "--production",
    ]  # fmt: skip
    with Server(tmp_path, command=command) as server:
        server.wait_until_it_answers()
        page = classroom.open(server, wait_for="Step")
        page.get_by_text("Time: 0.0").wait_for()
        page.get_by_role("button", name="Step").click()
        page.get_by_text("Time: 1.0").wait_for()
        page.get_by_text("initial trust").wait_for()
        page.wait_for_function("document.querySelectorAll('img, canvas, svg').length > 0")
