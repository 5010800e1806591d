"""The widgets of the page: one Python file each, with a Vue file where there is a template.

Components read the reactive values of a ``PageState``; a change of one of them draws the component again.
"""
