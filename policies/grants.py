"""Grants: what they are declared as, for the rules that judge them."""

from __future__ import annotations

PERMISSIONS = "aws:lakeformation/permissions:Permissions"
ATTRIBUTE_GRANT = "pulumi-python:dynamic/components.providers.attribute_grant:AttributeGrant"
"""The project's own, for a condition."""

ROW_SECURITY_POLICY = "pulumi-python:dynamic/components.providers.row_security_policy:RowSecurityPolicy"

GRANTS = frozenset({PERMISSIONS, ATTRIBUTE_GRANT})
"""The types whose resources give a principal rights in Lake Formation."""
