"""
Policy documents as typed builders, one module per kind of thing they are attached to.

`statement` · `conditions` · `actions` · `trust` · `keys` · `buckets` · `identities` · `boundary` · `attributes`: a
caller imports the module it needs.

INVARIANT: no document built here contains an unresolved name, an Allow for everyone, or an Allow that a missing
context key opens.
"""
