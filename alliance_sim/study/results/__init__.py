"""Reading results: frames, effects, sensitivity, sample size."""
