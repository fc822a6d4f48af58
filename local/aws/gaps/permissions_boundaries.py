"""Gap: moto attaches a permissions boundary that doesn't exist."""

from __future__ import annotations

from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend

from local.aws.hooks import Arguments, before


def extend() -> None:
    """Require the boundary's policy; AWS's own managed policies aren't looked up."""
    before(IAMBackend, "create_role", _check)
    before(IAMBackend, "put_role_permissions_boundary", _check)


def _check(backend: IAMBackend, arguments: Arguments) -> None:
    boundary = arguments["permissions_boundary"]
    if boundary and ":iam::aws:" not in boundary and boundary not in backend.managed_policies:
        raise NotFoundException(f"Scope ARN: {boundary} does not exist or is not attachable.")
