"""Tenants: each has its own declarations, shares documents that name none, and adds nothing to anybody else's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lakeward.model import ZoneName
from lakeward.plan.declarations import GrantArgs, LakeBucketArgs, TenantRoleArgs

ACCOUNT = "100000000001"
TENANTS = ("tenant1", "tenant10", "tenant2")
TAG = "${aws:PrincipalTag/tenant_id}"
PATTERN = f"arn:aws:iam::{ACCOUNT}:role/tenants/dev/acme-dev-tenant-*"


def add(tenant):
    return lambda values: values["tenancy"]["tenants"].append({"id": tenant})


def changes(before, after):
    old, new = ({d.logical_name: d for d in plan.declarations} for plan in (before, after))
    assert old.keys() <= new.keys()
    return new.keys() - old.keys(), {name for name in old if old[name] != new[name]}


def test_a_tenant_that_is_added_changes_the_lf_tags_values_and_nothing_else(lab):
    """The whole point: its own declarations, and one update by addition of what has to list all tenants."""
    before, after = lab.planned(), lab.planned(add("tenant3"))
    added, changed = changes(before, after)
    values = [
        next(d for d in plan.declarations if d.logical_name == "lf-tag-tenant_id").values for plan in (before, after)
    ]

    assert added
    assert all("tenant3" in name for name in added), added
    assert changed == {"lf-tag-tenant_id"}
    assert values == [TENANTS, (*TENANTS, "tenant3")]
    assert [read for read in after.intended_access if "tenant3" not in read.principal + read.database] == list(
        before.intended_access
    )


def test_a_tenant_that_leaves_takes_only_its_own_along(lab):
    """The negative of the same: nothing of the others is replaced, and none is left with its name."""
    before = lab.planned()
    after = lab.planned(lambda values: values["tenancy"]["tenants"].pop(1))
    _, changed = changes(after, before)

    assert changed == {"lf-tag-tenant_id"}
    assert not [d.logical_name for d in after.declarations if "tenant2" in d.logical_name]


def test_a_retired_tenants_value_stays_in_the_lf_tag_and_nothing_else(lab):
    """AWS removes no value that is assigned, and what has it is deleted after the tag is changed."""

    def retire(values):
        tenant = values["tenancy"]["tenants"].pop(1)
        values["tenancy"]["retired"] = [tenant["id"]]

    before, after = lab.planned(), lab.planned(retire)
    _, changed = changes(after, before)

    assert changed == set()
    assert not [d.logical_name for d in after.declarations if "tenant2" in d.logical_name]


def test_no_table_that_moves_takes_a_value_of_its_zone_along(lab):
    """The values of `zone` are those that there are, used or not, for the same reason."""
    [zone] = [d for d in lab.planned().declarations if d.logical_name == "lf-tag-zone"]

    assert zone.values == tuple(sorted(ZoneName))


def test_no_document_of_one_tenant_names_another(dev):
    """tenant1 beside tenant10: whole names are compared, not prefixes of them."""
    texts = {
        tenant: [json.dumps(dev.documents(name)) for name in dev.by_name if name in own_names(tenant)]
        for tenant in TENANTS
    }

    assert all(len(found) == 3 for found in texts.values())
    for tenant, found in texts.items():
        for other in set(TENANTS) - {tenant}:
            assert not [text for text in found if names_tenant(text, other)], (tenant, other)
        assert all(names_tenant(text, tenant) for text in found)


def own_names(tenant):
    return {f"tenant-{tenant}", f"bucket-tenant-{tenant}", f"key-tenant-{tenant}"}


def names_tenant(text, tenant):
    return any(f"{tenant}{end}" in text for end in ("/", "-1", "_", '"'))


def test_shared_documents_name_no_tenant(dev):
    """The bucket and key of all, the boundary, the logs and the trail speak of the caller's tenant."""
    shared = ("bucket-tenants", "key-tenants", "boundary-tenants", "bucket-logs", "boundary-personas")

    assert [name for name in shared if "tenant1" in json.dumps(dev.documents(name))] == []
    assert TAG in json.dumps(dev.documents("bucket-tenants"))
    assert TAG in json.dumps(dev.documents("key-tenants"))


def test_a_tenant_role_is_the_brokers_alone(dev):
    """K11, K12: in its final form, tagged, bounded, under the tenants' path, without session tags."""
    roles = dev.of(TenantRoleArgs)

    assert [role.tenant for role in roles] == list(TENANTS)
    for role in roles:
        (statement,) = json.loads(role.trust)["Statement"]
        assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:role/acme-dev-broker"}
        assert statement["Action"] == ["sts:AssumeRole", "sts:SetSourceIdentity"]
        assert role.path == "/tenants/dev/"
        assert role.tags["tenant_id"] == role.tenant
        assert role.tags["lakeward:kind"] == "tenant"
        assert role.boundary_arn == f"arn:aws:iam::{ACCOUNT}:policy/acme-dev-tenant-boundary"


def test_a_tenant_reads_and_lists_below_its_prefix_only(dev):
    """K15: GetObject on objects, ListBucket on the bucket by `s3:prefix`; no other S3 right but on its results."""
    statements = dev.statements("tenant-tenant1")
    bucket = f"arn:aws:s3:::acme-dev-tenants-{ACCOUNT}"

    assert statements["AllowItsOwnFiles"] == {
        "Sid": "AllowItsOwnFiles",
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"{bucket}/tenant1/*",
    }
    assert statements["AllowListingItsOwnFiles"]["Resource"] == bucket
    assert statements["AllowListingItsOwnFiles"]["Condition"] == {"StringLike": {"s3:prefix": "tenant1/*"}}
    assert statements["AllowItsOwnQueryResults"]["Resource"] == f"{bucket}/tenant1/query-results/*"


def test_the_shared_key_tells_prefixes_apart(dev):
    """A15-6: no bucket key on the bucket, so that the context is the object; Lake Formation has its own statement."""
    statements = dev.statements("key-tenants")
    bucket = f"arn:aws:s3:::acme-dev-tenants-{ACCOUNT}"
    registration = statements["AllowLakeFormationToUseTheKeyThroughS3"]

    assert dev["bucket-tenants"].bucket_key_enabled is False
    assert statements["AllowTenantsToUseTheKeyBelowTheirPrefix"]["Condition"] == {
        "ArnLike": {"aws:PrincipalArn": PATTERN},
        "StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": f"{bucket}/{TAG}/*"},
    }
    assert registration["Condition"]["StringLike"] == {"kms:EncryptionContext:aws:s3:arn": f"{bucket}/_tables/*"}


def test_two_tag_grants_reach_all_of_a_tenants_tables(lab, declared):
    """Bridge: independent of their number; pool: one filter and one grant for each tenant and table."""

    def more_tables(values):
        for number in range(5):
            table = {**values["databases"][2]["tables"][0], "name": f"more{number}", "path": f"more{number}"}
            values["databases"][2]["tables"].append(table)
            pooled = values["databases"][1]["tables"][0]
            values["databases"][1]["tables"].append(
                {**pooled, "name": f"more{number}", "path": f"_tables/usage/more{number}"}
            )

    def kinds(plan):
        role = f"arn:aws:iam::{ACCOUNT}:role/tenants/dev/acme-dev-tenant-tenant1"
        granted = [type(grant.resource).__name__ for grant in plan.of(GrantArgs) if grant.principal == role]
        return {kind: granted.count(kind) for kind in sorted(set(granted))}

    assert kinds(declared(lab.planned())) == {"GrantedDatabase": 1, "GrantedFilter": 1, "GrantedTagExpression": 2}
    assert kinds(declared(lab.planned(more_tables))) == {
        "GrantedDatabase": 1,
        "GrantedFilter": 6,
        "GrantedTagExpression": 2,
    }


@pytest.mark.parametrize("files", ["pool", "bridge"])
def test_files_stand_where_their_isolation_says(lab, declared, files):
    """Pool: below the tenant's prefix of one bucket; bridge: in a bucket and under a key of its own."""
    plan = declared(lab.planned(lambda values: values["tenancy"].update(files=files)))
    place = "tenants" if files == "pool" else "tenant-tenant2"
    resource = plan.statements("tenant-tenant2")["AllowItsOwnFiles"]["Resource"]

    assert resource == f"arn:aws:s3:::acme-dev-{place}-{ACCOUNT}/tenant2/*"
    assert plan["workgroup-tenant-tenant2"].key == f"key-{place}"
    assert ("AllowTenantsToUseTheKeyBelowTheirPrefix" in plan.statements("key-tenants")) is (files == "pool")
    assert ("AllowTenantsToUseTheKeyBelowTheirPrefix" in plan.statements("key-tenant-tenant2")) is (files == "bridge")


def test_without_templates_no_tenant_has_a_bucket_of_its_own(lab, declared):
    """What a tenant costs follows from what is asked for."""

    def without_templates(values):
        values["databases"] = [d for d in values["databases"] if d.get("isolation") != "bridge"]

    plan = declared(lab.planned(without_templates))

    assert "lf-tag-tenant_id" not in plan.by_name
    assert [bucket for bucket in plan.of(LakeBucketArgs) if "tenant_id" in bucket.tags] == []


def test_a_silo_is_a_bridge_of_one(lab):
    """The same declarations, in an account that has one tenant."""

    def alone(isolation):
        def change(values):
            values["tenancy"]["tenants"] = [{"id": "tenant1"}]
            values["databases"][2]["isolation"] = isolation

        return change

    bridge, silo = lab.planned(alone("bridge")), lab.planned(alone("silo"))

    assert bridge == replace(silo)
