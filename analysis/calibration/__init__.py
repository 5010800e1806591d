"""Calibration to published data; a part of each data set is held out."""
