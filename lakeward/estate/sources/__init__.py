"""
Sources of an estate: whatever says what exists, or would exist, read into one document.

A source is named by a text: a file (an estate, a preview, a stack export or a recording, told apart by content),
`-` for standard input, `stack:NAME`, `git:REV:NAME` or `live:ACCOUNT/REGION` (`contracts.md` section 1).
"""

from lakeward.estate.sources.assemble import assembled
from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.merge import merged
from lakeward.estate.sources.opening import declarations_of, estate_of, open_source, open_sources
from lakeward.estate.sources.stack_export import as_asked_for

__all__ = [
    "Declarations",
    "DeclaredResource",
    "as_asked_for",
    "assembled",
    "declarations_of",
    "estate_of",
    "merged",
    "open_source",
    "open_sources",
]
