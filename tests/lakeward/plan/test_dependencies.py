"""What must exist before what follows from what declarations name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lakeward import names
from lakeward.plan.declarations import (
    CatalogDatabaseArgs,
    DataCellsFilterArgs,
    DataLakeLocationArgs,
    DataLakeSettingsArgs,
    GrantArgs,
    GrantedTagExpression,
    LfTagArgs,
    LfTagAssignmentArgs,
    RoleArgs,
)
from lakeward.plan.dependencies import created, in_order, named

SETTINGS = DataLakeSettingsArgs(
    logical_name="settings-data-lake",
    administrators=(),
    read_only_administrators=(),
    cross_account_version="4",
    set_source_identity=False,
)
TAG = LfTagArgs(logical_name="lf-tag-zone", key="zone", values=("raw",))


def test_every_declaration_stands_after_what_it_depends_on(dev):
    """INVARIANT of `Plan`."""
    seen = set()
    for declaration in dev.plan.declarations:
        assert set(declaration.depends_on) <= seen, declaration.logical_name
        assert list(declaration.depends_on) == sorted(set(declaration.depends_on))
        seen.add(declaration.logical_name)

    assert len(seen) == len(dev.plan.declarations) > 60


def test_dependencies_follow_from_what_is_named(dev):
    """Nothing is listed by hand: ordering the declarations again, from any order, gives the same dependencies."""
    stripped = [replace(declaration, depends_on=()) for declaration in reversed(dev.plan.declarations)]
    again = {declaration.logical_name: declaration.depends_on for declaration in in_order(stripped)}

    assert again == {declaration.logical_name: declaration.depends_on for declaration in dev.plan.declarations}


def principals(document):
    """Return the ARNs that a document names as principals."""
    named_ones = [s["Principal"]["AWS"] for s in document["Statement"] if "AWS" in s.get("Principal", {})]
    return {arn for named_one in named_ones for arn in ([named_one] if isinstance(named_one, str) else named_one)}


def test_every_role_that_is_named_comes_first(dev):
    """A8-3: whoever is a principal, a grantee, an administrator or a location's role exists before it is named."""
    roles = {role.arn: role.logical_name for role in dev.of(RoleArgs)}
    missing = []
    for declaration in dev.plan.declarations:
        arns = {arn for document in dev.documents(declaration.logical_name).values() for arn in principals(document)}
        arns |= {getattr(declaration, field) for field in ("principal", "role_arn") if hasattr(declaration, field)}
        if isinstance(declaration, DataLakeSettingsArgs):
            arns |= {*declaration.administrators, *declaration.read_only_administrators}
        needed = {roles[arn] for arn in arns & roles.keys()}
        missing += sorted(needed - set(declaration.depends_on))

    assert missing == []
    assert {"persona-auditor", "persona-secure-lf-admin"} == set(dev["settings-data-lake"].depends_on)
    assert dev["key-raw"].depends_on == ("registration-role-raw",)


def test_settings_come_before_everything_of_lake_formation(dev):
    """Closed defaults and the deployer's rights first: databases, locations, tags, filters and grants wait for them."""
    kinds = (
        CatalogDatabaseArgs,
        DataCellsFilterArgs,
        DataLakeLocationArgs,
        GrantArgs,
        LfTagArgs,
        LfTagAssignmentArgs,
    )
    unsettled = [
        declaration.logical_name
        for kind in kinds
        for declaration in dev.of(kind)
        if names.DATA_LAKE_SETTINGS not in declaration.depends_on
    ]

    assert unsettled == []
    assert all(dev.of(kind) for kind in kinds)


def test_a_tag_grant_waits_for_every_assignment_it_reaches(dev):
    """B8-8: a table without its own tags yet would show through a grant that came first."""
    (grant,) = [
        grant
        for grant in dev.of(GrantArgs)
        if isinstance(grant.resource, GrantedTagExpression) and "data-steward" in grant.principal
    ]
    reached = {
        assignment.logical_name
        for assignment in dev.of(LfTagAssignmentArgs)
        for key, values in grant.resource.expression
        if assignment.lf_tags.get(key) in values
    }

    assert reached == {
        "lf-tags-reference/sites/internal",
        "lf-tags-reference/sites/public",
        "lf-tags-secure-db/secure_dl_curated_data/internal",
        "lf-tags-secure-db/secure_dl_encrypted_data/internal",
        "lf-tags-secure-db/secure_dl_encrypted_data/zone",
        "lf-tags-secure-db/secure_dl_masked_data/internal",
        "lf-tags-secure-db/secure_dl_masked_data/zone",
        "lf-tags-usage/events/internal",
    }
    assert {name for name in grant.depends_on if name.startswith("lf-tags-")} == reached
    assert {"lf-tag-zone", "lf-tag-classification"} <= set(grant.depends_on)


def test_a_tenants_grant_waits_for_its_own_databases_only(dev):
    """Another tenant's tags are nobody's business here; a writer's grant on any tenant's waits for none of them."""
    own = dev["grant-tenant-tenant1/tags/table/tenant_id=tenant1"].depends_on
    all_of_them = dev["grant-process-secure-data/tags/table/tenant_id=*"].depends_on

    assert [name for name in own if name.startswith("lf-tags-")] == ["lf-tags-tenant1_crm"]
    assert [name for name in all_of_them if name.startswith("lf-tags-")] == []


def test_two_declarations_of_one_name_are_refused():
    """A logical name that stands twice would lose one of them silently."""

    assert [declaration.logical_name for declaration in in_order([TAG, SETTINGS])] == [
        "settings-data-lake",
        "lf-tag-zone",
    ]
    with pytest.raises(ValueError, match="two declarations are named `lf-tag-zone`"):
        in_order([SETTINGS, TAG, TAG])


def test_a_name_that_nothing_declares_is_refused():
    """A grant on a table that the plan lacks is a mistake of the program, found before AWS finds it."""
    with pytest.raises(KeyError, match="settings"):
        in_order([TAG])


def test_every_kind_of_declaration_says_what_it_names(dev):
    """A kind without an entry in the dependencies would silently wait for nothing."""
    kinds = {type(declaration).__name__ for declaration in dev.plan.declarations}
    naming = {type(declaration).__name__ for declaration in dev.plan.declarations if any(named(declaration))}
    creating = {type(declaration).__name__ for declaration in dev.plan.declarations if any(created(declaration))}

    assert kinds - naming == {
        "EndpointGroupArgs",
        "GatewayEndpointArgs",
        "PermissionsBoundaryArgs",
        "RegistrationRoleArgs",
    }
    assert kinds - creating == {
        "AuditTrailArgs",
        "FlowLogArgs",
        "GrantArgs",
        "IamAllowedPrincipalsRevocationArgs",
        "QueryWorkgroupArgs",
        "TenantBrokerArgs",
        "TenantLoginArgs",
    }
