"""C5: persona grants on masked, encrypted and curated tables."""

import pytest

ENCRYPTED = "secure_dl_encrypted_data"
MASKED = "secure_dl_masked_data"
CURATED = "secure_dl_curated_data"
RAW = "temp-raw-table"
TABLES = [CURATED, ENCRYPTED, MASKED, RAW]

ANALYST = "secure-lf-business-analyst"
SCIENTIST = "secure-lf-data-scientist"
PEOPLE = [
    "auditor",
    "central-analytics-reader",
    "cloud-engineer",
    "data-steward",
    "secure-lf-admin",
    ANALYST,
    SCIENTIST,
]

READS = {
    (ANALYST, ENCRYPTED): [
        "address1_encrypted",
        "address2_encrypted",
        "count",
        "dob_encrypted",
        "firstname_encrypted",
        "lastname_encrypted",
    ],
    (SCIENTIST, MASKED): [
        "aboutyourself",
        "address1",
        "address2",
        "count",
        "dob",
        "firstname",
        "lastname",
        "region",
    ],
    ("data-steward", ENCRYPTED): ["region"],
    ("data-steward", MASKED): ["region"],
    ("central-analytics-reader", MASKED): ["count", "region"],
}


def reasons(decision, layer):
    return [reason for reason in decision["reasons"] if reason["layer"] == layer]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("persona", PEOPLE)
def test_persona_reads_exactly_the_columns_it_is_meant_to(lake, persona, table):
    """The matrix of persona, table and column is the declared one, in the strict and in the permissive reading."""
    decision = lake.read(persona, table)
    expected = READS.get((persona, table), [])

    assert decision["columns"] == expected
    assert decision["mayColumns"] == expected
    assert decision["verdict"] == decision["may"] == ("ALLOW" if expected else "IMPLICIT_DENY")


@pytest.mark.parametrize("table", [CURATED, ENCRYPTED])
def test_scientist_is_refused_other_tables_for_want_of_a_grant(lake, table):
    """Lake Formation stops the scientist, who has no grant on the table; on the masked one it doesn't."""
    assert "lake-formation" in lake.read(SCIENTIST, table)["blockedBy"]
    assert lake.read(SCIENTIST, MASKED)["verdict"] == "ALLOW"


def test_analyst_is_refused_an_unlisted_column(lake):
    """One column outside the list refuses the query, and so does every column; a listed one doesn't."""
    everything = [*READS[ANALYST, ENCRYPTED], "pid_encrypted", "region"]

    assert lake.read(ANALYST, ENCRYPTED, columns=["count"])["verdict"] == "ALLOW"
    for columns in (["pid_encrypted"], ["count", "pid_encrypted"], everything):
        decision = lake.read(ANALYST, ENCRYPTED, columns=columns)
        assert (decision["verdict"], decision["may"]) == ("IMPLICIT_DENY", "IMPLICIT_DENY")
        assert decision["blockedBy"] == ["lake-formation"]


def test_central_reader_sees_groups_that_are_large_enough(lake):
    """The filter's rows and no others."""
    assert lake.read("central-analytics-reader", MASKED)["rows"] == "count >= 5"


@pytest.mark.parametrize("persona", PEOPLE)
@pytest.mark.parametrize("zone", ["raw", "curated", "encrypted", "masked"])
def test_nobody_reads_a_registered_location_past_lake_formation(lake, persona, zone):
    """The bucket's own policy denies every persona its objects; the registration role gets them."""
    denied = lake.request(persona, "s3:GetObject", lake.objects(zone))
    registration = lake.request(f"acme-dev-registration-{zone}", "s3:GetObject", lake.objects(zone))

    assert denied["may"] == "EXPLICIT_DENY"
    assert "DenyDataOutsideLakeFormation" in {reason["statement"] for reason in reasons(denied, "resource")}
    assert registration["verdict"] == "ALLOW"


def test_personas_are_kept_from_each_others_results(lake):
    """The analyst reads its own results; those of the scientist are denied by the bucket, by name of the owner."""
    inside = lake.through("gateway-endpoint-s3")
    own = lake.request(ANALYST, "s3:GetObject", lake.objects("query-results", f"{ANALYST}/1.csv"), **inside)
    others = lake.request(ANALYST, "s3:GetObject", lake.objects("query-results", f"{SCIENTIST}/1.csv"), **inside)

    assert own["verdict"] == "ALLOW"
    assert others["may"] == "EXPLICIT_DENY"
    assert {reason["statement"] for reason in reasons(others, "resource")} == {
        "DenyResultsOfSecureLfDataScientistToOthers"
    }


def test_cloud_engineer_grants_nothing(lake):
    """The engineer may not grant; the lake's administrator may."""
    grant = ("lakeformation:GrantPermissions", "*")

    assert lake.request("cloud-engineer", *grant)["may"] in {"IMPLICIT_DENY", "EXPLICIT_DENY"}
    assert lake.request("cloud-engineer", *grant)["blockedBy"]
    assert lake.request("secure-lf-admin", *grant)["verdict"] == "ALLOW"


@pytest.mark.parametrize("persona", [*PEOPLE, "process-secure-data"])
def test_nobody_decrypts_with_the_column_key(lake, persona):
    """The column key denies decryption to everyone, and so does the boundary; the pipeline encrypts with it."""
    decrypt = lake.request(persona, "kms:Decrypt", lake.key("column"))

    assert decrypt["may"] == "EXPLICIT_DENY"
    assert reasons(decrypt, "key")


def test_pipeline_encrypts_with_the_column_key(lake):
    """The one who fills the encrypted table may encrypt."""
    aliases = {"kms__ResourceAliases": ["alias/acme-dev-column-100000000001"]}

    assert lake.request("process-secure-data", "kms:Encrypt", lake.key("column"), **aliases)["verdict"] == "ALLOW"


def test_pipeline_may_read_what_it_inserts_into(lake):
    """AWS lets whoever may insert read as well; that is possible, not certain, and said."""
    decision = lake.read("process-secure-data", ENCRYPTED)

    assert (decision["verdict"], decision["may"]) == ("IMPLICIT_DENY", "ALLOW")
    assert decision["columns"] == []
    assert "pid_encrypted" in decision["mayColumns"]
