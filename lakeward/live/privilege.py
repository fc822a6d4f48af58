"""The least a role needs to read an account."""

from __future__ import annotations

from lakeward.estate.sources.values import Json
from lakeward.live.services import CALLS


def reading_policy() -> dict[str, Json]:
    """
    Return an identity policy that allows every call of the live reader and nothing else.

    Its resource is everything: what is there isn't known before it is read. IAM alone doesn't show everything:
    Lake Formation lists only what its caller may see, so the role must be a data lake administrator as well, of
    the read-only kind for preference.
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadWhatDecidesAboutAccess",
                "Effect": "Allow",
                "Action": [*sorted({call.allowed_by for call in CALLS})],
                "Resource": "*",
            }
        ],
    }
