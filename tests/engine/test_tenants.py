"""The whole of stack `dev` on the real engine: what its first preview knows, and its tenants, in this order."""

import json
from itertools import permutations

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from lakeward.access import answer
from lakeward.access.cases import prepare_estate
from lakeward.plan.unknowns import UNKNOWN_ALLOWED
from policies.rules.governed_fields_are_known import GOVERNED

pytestmark = pytest.mark.engine


def test_first_preview_knows_every_governed_field(deployed):
    """Before anything exists, no policy, grant, tag, filter, principal or location holds an unknown it may not hold."""
    seen = set()
    unknown = []
    for step in deployed.first_preview["steps"]:
        state = step["newState"]
        governed, inputs = GOVERNED.get(state["type"], ()), state.get("inputs", {})
        for name in inputs if governed == ("*",) else (*governed, "tags"):
            seen.add(state["type"])
            if UNKNOWN_STRING_VALUE in json.dumps(inputs.get(name)):
                unknown.append(f"{state['type']}.{name}@{state['urn'].rpartition('::')[2]}")

    assert unknown == list(UNKNOWN_ALLOWED) == ["aws:iam/policy:Policy.policy@policy-tenant-login"]
    assert {"aws:iam/role:Role", "aws:kms/key:Key", "aws:lakeformation/permissions:Permissions"} <= seen


def test_tenants_are_apart_in_what_was_deployed(deployed):
    """C3 read back: for every ordered pair files, tables and rows are the tenant's own, the other's are denied."""
    document = deployed.read_back()
    prepared = prepare_estate(document)
    (gateway,) = (
        endpoint["VpcEndpointId"]
        for endpoint in document["accounts"][deployed.account]["regions"][deployed.region]["ec2"]["VpcEndpoints"]
        if endpoint["VpcEndpointType"] == "Gateway"
    )

    def decide(tenant, **case):
        principal = f"arn:aws:iam::{deployed.account}:role/tenants/dev/acme-dev-tenant-{tenant}"
        return answer({"estate": document, "principal": principal, **case}, lambda _: prepared)

    def getting(tenant):
        resource = f"arn:aws:s3:::acme-dev-tenants-{deployed.account}/{tenant}/info.csv"
        return {"action": "s3:GetObject", "resource": resource, "context": {"aws:SourceVpce": gateway}}

    def reading(database, table, **more):
        named = {"account": deployed.account, "region": deployed.region, "database": database, "table": table}
        return {"read": {**named, **more}}

    for tenant, other in permutations(("tenant1", "tenant2", "tenant10"), 2):
        own, foreign = decide(tenant, **getting(tenant)), decide(tenant, **getting(other))
        assert own["verdict"] == "ALLOW"
        assert foreign["may"] == "EXPLICIT_DENY"
        assert "DenyTenantsOutsideTheirPrefix" in [reason["statement"] for reason in foreign["reasons"]]

        assert decide(tenant, **reading(f"{tenant}_crm", "customers"))["verdict"] == "ALLOW"
        assert decide(tenant, **reading(f"{other}_crm", "customers"))["blockedBy"] == ["identity", "lake-formation"]
        assert decide(tenant, **reading("usage", "events", row={"tenant_id": tenant}))["verdict"] == "ALLOW"
        assert decide(tenant, **reading("usage", "events", row={"tenant_id": other}))["may"] == "IMPLICIT_DENY"


def test_adding_a_tenant_touches_nobody_elses_resources(deployed):
    """The preview holds its own resources, and one update by addition of the LF-Tag that lists all tenants."""
    deployed.configure(lambda config: config["lakeward:tenancy"]["tenants"].append({"id": "tenant3"}))
    steps = [
        step
        for step in deployed.engine.preview("dev", with_document=True).document["steps"]
        if step["op"] != "same" and not step["newState"]["type"].startswith(("pulumi:providers:", "pulumi:pulumi:"))
    ]
    created = {step["urn"].rpartition("::")[2] for step in steps if step["op"] == "create"}
    changed = {step["urn"].rpartition("::")[2]: step for step in steps if step["op"] != "create"}
    deployed.configure(lambda config: config["lakeward:tenancy"]["tenants"].pop())

    assert created
    assert all("tenant3" in name for name in created), created
    assert set(changed) == {"lf-tag-tenant_id"}
    assert changed["lf-tag-tenant_id"]["op"] == "update"
    assert changed["lf-tag-tenant_id"]["oldState"]["inputs"]["values"] == ["tenant1", "tenant10", "tenant2"]
    assert changed["lf-tag-tenant_id"]["newState"]["inputs"]["values"] == ["tenant1", "tenant10", "tenant2", "tenant3"]


def test_a_stack_whose_data_may_go_is_destroyed_with_its_database(deployed):
    """`dev` says so by `protectData: false`; what a stack that doesn't say it refuses is shown of `make destroy`."""
    roles = [role["RoleName"] for role in deployed.client("iam").list_roles()["Roles"]]
    outcome = deployed.engine.destroy("dev")
    left = [role["RoleName"] for role in deployed.client("iam").list_roles()["Roles"]]

    assert outcome.succeeded, outcome.errors
    assert [name for name in roles if name.startswith("acme-dev-")]
    assert [name for name in left if name.startswith("acme-dev-")] == []
    assert deployed.client("rds").describe_db_clusters()["DBClusters"] == []
