"""Exact arithmetic takes the time it takes, on a busy machine more."""

from hypothesis import settings

settings.register_profile("exact", deadline=None)
settings.load_profile("exact")
