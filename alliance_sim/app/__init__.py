"""The browser view: two worlds with the same luck, played side by side.

What stands here knows no Solara: a ``Session`` belongs to one browser session, and ``pictures`` turns its worlds into
what is drawn. ``parts`` holds the page's parts, a component a file; ``page.py`` puts them together.
"""
