"""
Access keys this server issued, and whose they are.

moto looks through every partition of every account for a request's key, and takes an unknown key for one of its
default account. Here the owner of a key is remembered when it is issued, so that finding it takes no longer the
more accounts there are, and an unknown key is known to be unknown.
"""

from __future__ import annotations

from typing import Any

import moto.iam.models
from moto.iam.models import IAMBackend, iam_backends

from local.aws.hooks import Arguments, Call, around, replace
from local.aws.instance import MANAGEMENT_ACCOUNT

_owners: dict[str, str] = {}


def extend() -> None:
    """Remember who owns each key that is issued from now on."""
    around(IAMBackend, "create_temp_access_key", _remember)
    around(IAMBackend, "create_access_key", _remember)
    replace(moto.iam.models, "get_account_id_from", lambda key: owner(key) or MANAGEMENT_ACCOUNT)


def owner(access_key: str) -> str | None:
    """Return the account of a key that was issued here and not deleted since, or `None`."""
    account = _owners.get(access_key)
    if account and any(access_key in partition.access_keys for partition in list(iam_backends[account].values())):
        return account
    return None


def _remember(backend: IAMBackend, _: Arguments, call: Call) -> Any:  # noqa: ANN401 -- moto's key
    key = call()
    _owners[key.access_key_id] = backend.account_id
    return key
