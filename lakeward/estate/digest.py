"""The digest of an estate: what a review is of, and what a deployment is held to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from lakeward.estate.sources.values import canonical


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an estate's canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()
