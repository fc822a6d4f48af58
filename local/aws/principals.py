"""
Which principals exist on this server, and who makes a request.

AWS resolves the principals that a trust, bucket or key policy, or a grant, names: what doesn't exist is refused
when the policy is put, not when it is used. Accounts exist from their first use on (`accounts`); of an account
that nobody has used on this server only the root can be named.
"""

from __future__ import annotations

import re
from typing import Any

from moto.iam.models import IAMBackend, iam_backends
from moto.sts.models import sts_backends

_ACCOUNT = re.compile(r"[0-9]{12}")
_IAM = re.compile(r"arn:(?P<partition>aws[a-z-]*):(?P<service>iam|sts)::(?P<account>[0-9]{12}):(?P<resource>\S+)")
_UNIQUE_ID = re.compile(r"A(IDA|ROA|GPA)[A-Z0-9]{12,}")


def known_account(account: str) -> bool:
    """Say whether an account has been used on this server."""
    return account in iam_backends


def exists(principal: str) -> bool:
    """
    Say whether an IAM principal exists: a role, user, session, root, account id, unique id or identity provider.

    What isn't a principal of IAM at all doesn't exist.
    """
    if _ACCOUNT.fullmatch(principal) or _UNIQUE_ID.fullmatch(principal):
        return True
    found = _IAM.fullmatch(principal)
    if not found:
        return False
    kind, _, name = found["resource"].partition("/")
    if found["resource"] == "root":
        return True
    if not known_account(found["account"]):
        return False
    backend: IAMBackend = iam_backends[found["account"]][found["partition"]]
    if found["service"] == "sts":
        # A session exists when its role does; its ARN leaves out the role's path.
        role_name = name.split("/", maxsplit=1)[0]
        return kind == "assumed-role" and any(role.name == role_name for role in list(backend.roles.values()))
    known = {
        "role": lambda: {role.arn for role in list(backend.roles.values())},
        "user": lambda: {user.arn for user in list(backend.users.values())},
        "saml-provider": lambda: {provider.arn for provider in list(backend.saml_providers.values())},
        "oidc-provider": lambda: set(backend.open_id_providers),
    }.get(kind)
    return known is not None and principal in known()


def caller(access_key: str, account: str) -> str:
    """Return the ARN of the role or user behind an access key; the account's root for the server's own keys."""
    session = sts_backends[account]["aws"].get_assumed_role_from_access_key(access_key)
    if session:
        return str(session.role_arn)
    user = iam_backends[account]["aws"].get_user_from_access_key_id(access_key)
    return str(user.arn) if user else f"arn:aws:iam::{account}:root"


def missing_in(policy: dict[str, Any]) -> list[tuple[str, str]]:
    """
    Return the principals of a policy document that don't exist, as (kind, principal), sorted.

    `*`, services, canonical users and web identity issuers without an ARN aren't resolved.
    """
    statements = policy.get("Statement", [])
    missing = set()
    for statement in [statements] if isinstance(statements, dict) else statements:
        for element in ("Principal", "NotPrincipal"):
            principals = statement.get(element, {})
            if isinstance(principals, str):
                continue  # "*"
            for kind in ("AWS", "Federated"):
                values = principals.get(kind, [])
                for value in [values] if isinstance(values, str) else values:
                    named = kind == "AWS" or value.startswith("arn:")
                    if value != "*" and named and not exists(value):
                        missing.add((kind, value))
    return sorted(missing)
