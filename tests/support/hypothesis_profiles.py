"""Hypothesis profiles; loaded as a pytest plug-in so that every test sees the same one.

`PAAS_HYPOTHESIS` chooses: `dev` (the default), `ci` (the default where CI is set), `nightly`.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("dev", max_examples=25, deadline=None)
settings.register_profile(
    "ci",
    max_examples=200,
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("nightly", max_examples=5000, deadline=None)
settings.load_profile(
    os.environ.get("PAAS_HYPOTHESIS", "ci" if os.environ.get("CI") else "dev"),
)
