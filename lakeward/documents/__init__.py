"""
Policy documents as typed builders, one module per kind of thing they are attached to.

`statement` · `conditions` · `actions` · `trust` · `keys` · `buckets` · `perimeter` · `identities` · `boundary` ·
`endpoints` · `guardrails` · `attributes`: a caller imports the module it needs.

INVARIANT: no document built here contains an unresolved name, an Allow for everyone (at an endpoint: one without
conditions or named resources), or an Allow that a missing context key opens.
"""
