"""Sessions of tenants' roles."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from runtime.broker.outcomes import Outcome, RefusedError

TENANT_ID = re.compile(r"[a-z][a-z0-9-]{0,28}[a-z0-9]")
SESSION_SECONDS = 900
"""The shortest that STS gives. A role's own limit can't be below an hour, so nothing but this asks for less."""

_NO_SUCH_ROLE = frozenset({"AccessDenied", "NoSuchEntity"})
"""What STS answers for a role that isn't there, or doesn't trust the caller."""


class SecurityTokenService(Protocol):
    """The one call of STS that the broker makes."""

    def assume_role(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401  # boto3 publishes no types
        """Return credentials of a role's session."""


def hashed(subject: str) -> str:
    """
    Return who asks, as sessions and logs name them: `sub-` and the first 40 hex digits of the subject's SHA-256.

    >>> hashed("ada")
    'sub-fdee430d40bd57deeac186cd9790033d0f06f909'
    """
    return f"sub-{sha256(subject.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


def tenant_in(claim: object) -> str:
    """
    Return a claim's value as a tenant's id, exactly as written: nothing is folded, trimmed or decoded.

    Raises:
        RefusedError: it isn't one.

    """
    if not isinstance(claim, str) or TENANT_ID.fullmatch(claim) is None:
        raise RefusedError(Outcome.UNKNOWN_TENANT)
    return claim


def credentials(sts: SecurityTokenService, roles: str, tenant: str, who: str) -> dict[str, str]:
    """
    Return credentials of a session of a tenant's role, in STS's own members, `Expiration` in ISO 8601.

    No session tags are passed: the role's own tag says whose it is, and a passed one would override it
    (`semantics.md` A14-3).

    Args:
        sts: where to ask.
        roles: the ARN of every tenant's role, up to the tenant's id.
        tenant: the tenant's id, from `tenant_in`.
        who: the hashed subject; the session's name and its source identity, which later hops can't change.

    Raises:
        RefusedError: `UNKNOWN_TENANT` where there is no such role for the broker, else `SESSIONS_UNAVAILABLE`.

    """
    try:
        answer = sts.assume_role(
            RoleArn=f"{roles}{tenant}",
            RoleSessionName=who,
            SourceIdentity=who,
            DurationSeconds=SESSION_SECONDS,
        )
    except ClientError as error:
        unknown = error.response.get("Error", {}).get("Code") in _NO_SUCH_ROLE
        raise RefusedError(Outcome.UNKNOWN_TENANT if unknown else Outcome.SESSIONS_UNAVAILABLE) from error
    except BotoCoreError as error:
        raise RefusedError(Outcome.SESSIONS_UNAVAILABLE) from error
    given = answer["Credentials"]
    return {
        "AccessKeyId": given["AccessKeyId"],
        "SecretAccessKey": given["SecretAccessKey"],
        "SessionToken": given["SessionToken"],
        "Expiration": given["Expiration"].isoformat(),
    }
