"""Turn results into evidence: what the model shows, how certain it is, and where it disagrees with a source.

``python -m analysis NAME`` runs an analysis. Each package is a kind of analysis and imports no other; all share the
modules beside them. The layers are contracts of import-linter in ``pyproject.toml``.

* ``patterns``: patterns of the model's description and claims of theory rows, with ablations and exact checks.
* ``sensitivity``: which assumptions matter. ``discovery``: when collaboration collapses.
* ``calibration``: parameters fitted to published data. ``robustness``: regimes, seeds, and the order of answers.
* ``evidence``, ``thresholds``: effects with intervals over paired runs, judged by ``thresholds.toml``.
* ``stored_results``, ``theory``: results of checks as files, from which THEORY.md's tables are made.
* ``sampled_runs``: studies at the points of a sample. ``stored_runs``: figures by seed, so that runs are not repeated.
* ``paired_runs``, ``requests``, ``attainment``, ``pages``: runs with the same seeds, requests of a half-term, spread of
  results, and how pages are written. ``models`` starts one model.
"""
