"""The governed fields that may hold an unknown in their first preview (`style.md` P2): all exceptions, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

UNKNOWN_ALLOWED: Mapping[str, str] = MappingProxyType({})
"""
`<resource type>.<property>` → why its value can't be known before another resource exists.

Empty: every document, principal, ARN, tag and expression of a plan is final.
"""
