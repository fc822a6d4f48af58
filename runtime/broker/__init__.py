"""
The tenant broker: a verified token in, credentials of that token's tenant out.

One principal invokes it, with `{"token": "<JWT>"}`. It answers `{"outcome": "granted", "tenant", "credentials"}` or
`{"outcome": "<why not>"}`, one of the words in `outcomes`.

`tokens` verifies, with keys from `key_set`; `sessions` asks STS; `broker` puts them together and writes the log;
`settings` is what the function is told; `handler` is what Lambda calls.

INVARIANT: the tenant comes from the verified claim alone. Whether it is deployed is for AWS to say, by whether its
role exists and trusts this broker: no list of tenants stands here, so that a new tenant changes nothing of the broker.
"""
