"""
Conformance: what the access model predicts, held against what an AWS account answers.

Whoever has a sandbox account lets this build a small lake there, ask it, and take it down again:

    make conformance ACCOUNT=111111111111 REGION=eu-west-1 YES=1

Each probe is data (`probes.yaml`): what exists, what is asked, and the rules of `semantics.md` that the answer would
confirm or refute. The prediction is that of `lakeward.access` on the estate that `lakeward.live` reads back; the
observation is AWS's. Nothing here is imported by the product.
"""
