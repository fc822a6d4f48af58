"""The life of stack `dev` on the real engine: its personas' half, from the first `up` to `destroy`, in this order."""

import json

import pytest

from tests.engine.conftest import personas_only

# In this order and by one worker: `make test` gives each file to one.
pytestmark = pytest.mark.engine

CONFIGURE = personas_only

ANALYST = "arn:aws:iam::100000000001:role/secure-lf-business-analyst"
TAKES_A_SECOND_LOOK = {
    "name": "second-analyst",
    "trust": {"saml": "arn:aws:iam::100000000001:saml-provider/corporate"},
    "queries": True,
    "grants": [{"database": "secure-db", "table": "secure_dl_encrypted_data", "columns": ["count"]}],
}

LISTS_PERSONAS_BY_DESIGN = {
    "bucket-query-results-policy",
    "key-query-results",
}


def add_persona(config):
    config["lakeward:personas"].append(TAKES_A_SECOND_LOOK)


def add_column(config):
    for table in config["lakeward:databases"][0]["tables"]:
        if table["name"] == "secure_dl_encrypted_data":
            table["columns"].append({"name": "iban_encrypted", "type": "string", "classification": "pii"})
            table["columns"][-1]["protection"] = "encrypted"


def grants(client):
    """Every entry of the account's LF permissions."""
    answer = client.list_permissions()
    yield from answer["PrincipalResourcePermissions"]
    while "NextToken" in answer:
        answer = client.list_permissions(NextToken=answer["NextToken"])
        yield from answer["PrincipalResourcePermissions"]


def select_columns(client, principal):
    """The columns that named grants give a principal SELECT on, by table."""
    return {
        columns["Name"]: sorted(columns["ColumnNames"])
        for entry in grants(client)
        if entry["Principal"]["DataLakePrincipalIdentifier"] == principal and "SELECT" in entry["Permissions"]
        if (columns := entry["Resource"].get("TableWithColumns"))
    }


def test_second_up_changes_nothing(deployed):
    """A second `up` finds every resource as it is, also after looking at what really is."""
    again = deployed.up()
    looked = deployed.up(refresh=True)

    assert (again.succeeded, again.changed) == (True, ()), again.errors
    assert (looked.succeeded, looked.changed) == (True, ()), looked.errors


def test_adding_a_persona_touches_only_its_own_resources(deployed):
    """The change holds the persona's resources, and updates of the documents that list personas by design."""
    outcome = deployed.up(add_persona)

    # The engine's record of a dynamic provider holds the stack's whole configuration; nothing in AWS is behind it.
    changed = [step for step in outcome.changed if not step.type.startswith("pulumi:providers:")]
    created = {step.name for step in changed if step.op == "create"}
    others = {(step.op, step.name) for step in changed if step.op != "create"}
    assert outcome.succeeded, outcome.errors
    assert created
    assert all("second-analyst" in name for name in created), created
    assert {op for op, _ in others} <= {"update"}
    assert {name for _, name in others} <= LISTS_PERSONAS_BY_DESIGN


def test_column_added_later_is_visible_to_nobody_new(deployed):
    """The analyst's grant is a list: a new column isn't in it."""
    before = select_columns(deployed.client("lakeformation"), ANALYST)
    outcome = deployed.up(add_column)

    after = select_columns(deployed.client("lakeformation"), ANALYST)
    columns = deployed.client("glue").get_table(DatabaseName="secure-db", Name="secure_dl_encrypted_data")
    assert outcome.succeeded, outcome.errors
    assert "iban_encrypted" in [c["Name"] for c in columns["Table"]["StorageDescriptor"]["Columns"]]
    assert before == after
    assert not [step for step in outcome.changed if step.type == "aws:lakeformation/permissions:Permissions"]


def set_grants(persona, grants):
    def change(config):
        (found,) = (p for p in config["lakeward:personas"] if p["name"] == persona)
        found["grants"] = grants

    return change


def rename_filter(config):
    for table in config["lakeward:databases"][0]["tables"]:
        for row_filter in table.get("filters", []):
            row_filter["name"] = "five-or-more"
    for persona in config["lakeward:personas"]:
        for grant in persona.get("grants", []):
            if "filter" in grant:
                grant["filter"] = "five-or-more"


MASKED = {"database": "secure-db", "table": "secure_dl_masked_data"}
RAW = {"database": "secure-db", "table": "temp-raw-table"}
ENCRYPTED = {"database": "secure-db", "table": "secure_dl_encrypted_data"}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            set_grants("secure-lf-business-analyst", [{**ENCRYPTED, "columns": ["count", "region", "dob_encrypted"]}]),
            id="columns-change",
        ),
        pytest.param(rename_filter, id="filter-is-renamed"),
        pytest.param(
            set_grants("process-secure-data", [{**RAW, "permissions": ["DELETE", "INSERT", "SELECT"]}]),
            id="grants-merge-into-one-table",
        ),
        pytest.param(
            set_grants(
                "process-secure-data",
                [
                    {**RAW, "permissions": ["SELECT"]},
                    {**MASKED, "permissions": ["INSERT"]},
                    {**ENCRYPTED, "permissions": ["DELETE", "INSERT"]},
                ],
            ),
            id="grant-splits-over-tables",
        ),
        pytest.param(
            set_grants("secure-lf-data-scientist", [{**MASKED, "filter": "five-or-more"}]),
            id="columns-become-a-filter",
        ),
    ],
)
def test_rights_follow_the_grants(deployed, change):
    """After a change of grants, effective access is the intended one: nothing vanished, nothing stayed."""
    outcome = deployed.up(change)

    assert outcome.succeeded, outcome.errors
    assert outcome.changed
    assert deployed.differences() == []


def test_comparison_names_a_grant_made_by_hand(deployed):
    """A grant that no stack declares is invisible to the engine; the comparison names it."""
    resource = {"DatabaseName": "secure-db", "Name": "secure_dl_encrypted_data", "ColumnNames": ["pid_encrypted"]}
    grant = {
        "Principal": {"DataLakePrincipalIdentifier": ANALYST},
        "Resource": {"TableWithColumns": resource},
        "Permissions": ["SELECT"],
    }
    deployed.client("lakeformation").grant_permissions(**grant)
    found = deployed.differences()
    deployed.client("lakeformation").revoke_permissions(**grant)

    assert len(found) == 1
    assert all(text in found[0] for text in (ANALYST, "unintended", "pid_encrypted"))
    assert deployed.differences() == []


def test_drift_is_repaired_by_refresh(deployed):
    """A grant revoked, a bucket policy dropped and a default opened behind the engine's back are put right."""
    lake_formation, s3 = deployed.client("lakeformation"), deployed.client("s3")
    bucket = f"acme-dev-curated-{deployed.account}"
    before = (select_columns(lake_formation, ANALYST), json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]))
    columns = before[0]["secure_dl_encrypted_data"]
    resource = {"DatabaseName": "secure-db", "Name": "secure_dl_encrypted_data", "ColumnNames": columns}
    lake_formation.revoke_permissions(
        Principal={"DataLakePrincipalIdentifier": ANALYST},
        Resource={"TableWithColumns": resource},
        Permissions=["SELECT"],
    )
    s3.delete_bucket_policy(Bucket=bucket)
    settings = lake_formation.get_data_lake_settings()["DataLakeSettings"]
    everyone = {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}
    open_default = [{"Principal": everyone, "Permissions": ["ALL"]}]
    lake_formation.put_data_lake_settings(DataLakeSettings={**settings, "CreateTableDefaultPermissions": open_default})

    outcome = deployed.up(refresh=True)

    after = (select_columns(lake_formation, ANALYST), json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]))
    assert outcome.succeeded, outcome.errors
    assert before == after
    assert lake_formation.get_data_lake_settings()["DataLakeSettings"]["CreateTableDefaultPermissions"] == []


def test_destroy_leaves_nothing_but_what_it_must(deployed):
    """After `destroy` there are keys that wait for deletion, closed settings, and the log bucket as it was."""
    outcome = deployed.engine.destroy("dev")

    lake_formation = deployed.client("lakeformation")
    settings = lake_formation.get_data_lake_settings()["DataLakeSettings"]
    kms, s3 = deployed.client("kms"), deployed.client("s3")
    logs = f"acme-dev-logs-{deployed.account}"
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    roles = {role["RoleName"] for role in deployed.client("iam").list_roles()["Roles"]}
    assert outcome.succeeded, outcome.errors
    assert {key["KeyState"] for key in keys if key["KeyManager"] == "CUSTOMER"} == {"PendingDeletion"}
    assert settings["CreateDatabaseDefaultPermissions"] == []
    assert settings["CreateTableDefaultPermissions"] == []
    assert [admin["DataLakePrincipalIdentifier"] for admin in settings["DataLakeAdmins"]] == [
        "arn:aws:iam::100000000001:role/lakeward-deployer"
    ]
    assert list(grants(lake_formation)) == []
    assert lake_formation.list_resources()["ResourceInfoList"] == []
    assert deployed.client("glue").get_databases()["DatabaseList"] == []
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [logs]
    assert all(s3.get_public_access_block(Bucket=logs)["PublicAccessBlockConfiguration"].values())
    assert "DenyPlainHttp" in s3.get_bucket_policy(Bucket=logs)["Policy"]
    assert roles == {"OrganizationAccountAccessRole", "lakeward-deployer"}
