"""Statistical inference: intervals, paired differences, designs, indices, families, verdicts and planning.

Every function takes arrays whose last axes are the independent units (seeds, runs or points) and treats all axes before
them as separate problems. NaN stands for a run that is missing or in which the outcome is undefined.
"""
