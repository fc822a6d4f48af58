"""What leaves an answer open: a sentence for each rule that a report may name beside "possible"."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OPEN_RULES: Mapping[str, str] = MappingProxyType(
    {
        "A15-4": "inferred: use of a key hangs on what the request says of itself: for which service, for which object",
        "B11-3": "attribute-based grants on LF-Tag expressions aren't documented as possible",
        "B12-1": "inferred: the version of cross-account sharing that is set doesn't carry grants of this kind",
        "B6-4": "whoever may insert into a table or delete from it may also read it, says the permission reference",
        "B7-5": "whether a list of left out columns may be shared with another account can be read two ways",
        "B7-4": "a grant on some columns may have no effect beside a right to write the table",
        "B9-8": "inferred: several filters may combine cell by cell, or as all their columns in all their rows",
        "B15-3": "the settings let trusted engines fetch whole tables, and filter them themselves",
        "B15-5": "the settings let who reads a whole table fetch every file below its location",
        "B15-8": "inferred: a location was registered with privileged access, and who registered it isn't known",
        "B22-5": "a row-level security policy is attached, and whether that alone gives access isn't documented",
        "G-1": "it hangs on a policy or value that isn't known here",
        "G-3": "AWS's documents can be read both ways",
    }
)
"""
Sentences by rule id, without a full stop.

One begins with "inferred" where no document states the rule and no probe of `conformance/` has settled it.
"""
