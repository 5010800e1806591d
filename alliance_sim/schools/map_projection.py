"""Latitude and longitude as kilometres east and north."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EARTH_KM = 6371.0
"""Mean radius of the Earth."""

Degrees = NDArray[np.float64]


def project(latitude: Degrees, longitude: Degrees) -> NDArray[np.float64]:
    """Return kilometres east and north of the middle of some places.

    The projection is azimuthal and equidistant: distances from the middle are exact, and those between other places
    within a country of 1,000 km are off by less than 1 %. The 180th meridian makes no difference.

    Args:
        latitude: degrees north, shape (n,).
        longitude: degrees east, shape (n,).

    Returns:
        Kilometres, shape (n, 2).

    Source: Snyder (1987), Map projections: a working manual, equations 25-1 to 25-5.
    """
    phi, lam = np.radians(latitude), np.radians(longitude)
    middle = np.array([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)]).mean(axis=1)
    phi_0, lam_0 = np.arctan2(middle[2], np.hypot(middle[0], middle[1])), np.arctan2(middle[1], middle[0])
    cosine = np.sin(phi_0) * np.sin(phi) + np.cos(phi_0) * np.cos(phi) * np.cos(lam - lam_0)
    away = np.arccos(np.clip(cosine, -1, 1))
    stretch = np.ones_like(away)
    np.divide(away, np.sin(away), out=stretch, where=np.sin(away) > 1e-12)
    east = stretch * np.cos(phi) * np.sin(lam - lam_0)
    north = stretch * (np.cos(phi_0) * np.sin(phi) - np.sin(phi_0) * np.cos(phi) * np.cos(lam - lam_0))
    return EARTH_KM * np.column_stack([east, north])
