"""Engines: what reads a table for a principal, and what its requests carry."""

from __future__ import annotations

from enum import Enum

from lakeward.access.context import Context
from lakeward.access.truth import AMBIGUOUS, YES, Truth


class Engine(str, Enum):
    """What reads the table for the principal."""

    ATHENA = "athena"
    GLUE = "glue"
    REDSHIFT_SPECTRUM = "redshift-spectrum"
    EMR = "emr"
    METADATA = "metadata"
    """Nothing does: only what GetTable would show."""
    OBJECTS = "objects"
    """The principal itself, with `s3:GetObject` on the table's location."""


# Keys of the caller's network, which calls that a service makes don't carry (C1).
NETWORK_KEYS = (
    *("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip"),
    *("aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"),
)

# Which engines forward the caller's credentials, and so set `aws:ViaAWSService` (C1).
_FORWARDING = {Engine.ATHENA: "athena.amazonaws.com"}
# B16: whether an engine surely enforces column and row filters; a job's version decides, which nobody states here.
_ENFORCES_COLUMNS = {Engine.GLUE: AMBIGUOUS}
_ENFORCES_ROWS = {Engine.GLUE: AMBIGUOUS, Engine.EMR: AMBIGUOUS}


def calls_of(engine: Engine, context: Context) -> Context:
    """Return the context of the calls an engine makes for a caller whose own request has `context` (C1)."""
    service = _FORWARDING.get(engine)
    if service is None:
        return context
    return context.without(NETWORK_KEYS).extended({"aws:ViaAWSService": "true", "aws:CalledVia": (service,)})


def enforces(engine: Engine, *, columns: bool, rows: bool) -> Truth:
    """Return whether an engine enforces what a grant leaves out: one that can't must fail the query (B16)."""
    truth = _ENFORCES_COLUMNS.get(engine, YES) if columns else YES
    return truth & (_ENFORCES_ROWS.get(engine, YES) if rows else YES)
