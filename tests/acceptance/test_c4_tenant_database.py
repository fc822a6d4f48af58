"""C4: tenants share one PostgreSQL database, and each logs in as itself only."""

import itertools

import pytest
import yaml

from local.recorder import record
from tests.acceptance.conftest import ROOT

TENANTS = ["tenant1", "tenant2", "tenant10"]
RESOURCE_ID = "%{cluster-tenants.clusterResourceId}"
"""What only AWS knows of the cluster, as it stands in the estate until it exists."""


def login(user, cluster=RESOURCE_ID):
    return f"arn:aws:rds-db:eu-west-1:100000000001:dbuser:{cluster}/{user}"


def connecting(lake, tenant, resource, tags=None):
    """A tenant's session, tagged as its role is or otherwise, asks to log in."""
    role = f"arn:aws:iam::100000000001:role/tenants/dev/acme-dev-tenant-{tenant}"
    principal = {"role": role, "session": "s"} | ({"tags": tags} if tags else {})
    return lake.decide({"principal": principal, "action": "rds-db:connect", "resource": resource, "context": {}})


@pytest.mark.parametrize("tenant", TENANTS)
def test_a_tenant_logs_in_as_itself(lake, tenant):
    """P: the policy on its role, and the tag of its role, let a tenant log in as its own user."""
    decision = connecting(lake, tenant, login(f"{tenant}_dbuser"))

    assert "ALLOW" == decision["verdict"]
    assert "AllowLoggingInAsItself" in {reason["statement"] for reason in decision["reasons"]}


@pytest.mark.parametrize(("tenant", "other"), [*itertools.permutations(TENANTS, 2)])
def test_a_tenant_logs_in_as_no_other(lake, tenant, other):
    """N: for every ordered pair, tenant1 and tenant10 among them; nothing allows it."""
    decision = connecting(lake, tenant, login(f"{other}_dbuser"))

    assert "IMPLICIT_DENY" == decision["may"]
    assert {"identity", "boundary"} == set(decision["blockedBy"])


@pytest.mark.parametrize(
    "user", ["tenants_owner", "lakeward_master", "postgres", "tenant1", "tenant1_dbuser2", "Tenant1_dbuser", "*"]
)
def test_a_tenant_logs_in_as_nobody_else(lake, user):
    """N: neither as who owns the tables, nor as a user that looks like its own."""
    assert "IMPLICIT_DENY" == connecting(lake, "tenant1", login(user))["may"]


def test_the_cluster_is_meant_by_its_resource_id(lake):
    """N: the cluster's name in the resource's place means nothing to IAM (D1-1)."""
    by_name = connecting(lake, "tenant1", login("tenant1_dbuser", "acme-dev-tenants"))
    by_id = connecting(lake, "tenant1", login("tenant1_dbuser"))

    assert "ALLOW" != by_name["verdict"]
    assert "ALLOW" == by_id["verdict"]


def test_no_persona_and_no_broker_logs_in(lake):
    """N: only tenants have the policy."""
    for role in ("secure-lf-data-scientist", "process-secure-data", "acme-dev-broker"):
        decision = lake.request(role, "rds-db:connect", login("tenant1_dbuser"))

        assert decision["may"] in {"IMPLICIT_DENY", "EXPLICIT_DENY"}, role


def test_only_clients_reach_the_database(lake):
    """P and N: its security group admits the named group on 5432, no network, and lets nothing out."""
    (group,) = (
        group for group in lake.region["ec2"]["SecurityGroups"] if group["GroupId"] == "%{cluster-tenants-network.id}"
    )

    assert [
        {
            "IpProtocol": "tcp",
            "FromPort": 5432,
            "ToPort": 5432,
            "UserIdGroupPairs": [{"GroupId": "sg-0a1b2c3d4e5f60001"}],
        }
    ] == group["IpPermissions"]
    assert [] == group["IpPermissionsEgress"]


def test_the_cluster_takes_iam_tls_and_its_own_key(lake):
    """What C4 asks of the cluster stands in its declaration."""
    declared = {
        resource["name"]: resource
        for resource in lake.recording["resources"]
        if resource["name"].startswith("cluster-tenants") and resource["type"].startswith("aws:rds/")
    }
    cluster = declared["cluster-tenants"]["inputs"]
    (parameter,) = declared["cluster-tenants-parameters"]["inputs"]["parameters"]

    assert ("rds.force_ssl", "1") == (parameter["name"], parameter["value"])
    assert {
        "iamDatabaseAuthenticationEnabled": True,
        "storageEncrypted": True,
        "kmsKeyId": "%{key-database.arn}",
        "manageMasterUserPassword": True,
        "copyTagsToSnapshot": True,
        "skipFinalSnapshot": False,
    }.items() <= cluster.items()
    assert "masterPassword" not in cluster


@pytest.mark.parametrize("protect_data", [True, False, None])
def test_the_database_is_kept_until_the_stacks_data_may_go(protect_data):
    """Engine and service refuse to delete it unless the configuration says otherwise, which `dev` does."""
    config = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))["config"]
    del config["lakeward:protectData"]
    if protect_data is not None:
        config["lakeward:protectData"] = protect_data
    kept = protect_data is not False
    [cluster] = [one for one in record(ROOT, "dev", config)["resources"] if one["type"] == "aws:rds/cluster:Cluster"]

    assert (kept, kept) == (cluster["inputs"]["deletionProtection"], bool(cluster["options"]["protect"]))


def test_the_deployer_lends_the_key_to_aurora_and_uses_it_for_nothing(lake):
    """Through Aurora and for a resource of Aurora's it makes the grant that Aurora works with; it can't decrypt."""
    lent = {"kms__ViaService": "rds.eu-west-1.amazonaws.com", "kms__GrantIsForAWSResource": "true"}
    key = lake.key("database")

    assert "ALLOW" == lake.request("lakeward-deployer", "kms:CreateGrant", key, **lent)["may"]
    assert "key" in lake.request("lakeward-deployer", "kms:CreateGrant", key)["blockedBy"]
    assert "key" in lake.request("lakeward-deployer", "kms:Decrypt", key, **lent)["blockedBy"]
