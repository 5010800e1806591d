"""Calibration to published data: emulator, history matching and ABC-SMC; a part of each data set is held out."""
