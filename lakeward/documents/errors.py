"""The error of a document that was put together wrongly: a mistake in this program, never in a configuration."""

from __future__ import annotations


class MalformedDocumentError(ValueError):
    """A statement or document that AWS would refuse, or evaluate otherwise than it reads."""
