"""The lesson that ``alliance-sim serve`` shows: screens with one idea each, from a lesson file.

``lesson_file`` reads a lesson, ``runs`` simulates what its screens show, ``sentences`` words what the runs show, and
``components`` has the screens.
"""
