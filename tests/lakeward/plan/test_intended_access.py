"""Who is meant to read what, and what a change of configuration does to it."""

from __future__ import annotations

import pytest

TENANTS = ("tenant1", "tenant10", "tenant2")
ROLE = "arn:aws:iam::100000000001:role/"


def matrix(plan):
    """Return columns, rows and certainty by persona and table."""
    reads = {}
    for read in plan.intended_access:
        key = (read.principal.removeprefix(ROLE), read.table)
        reads.setdefault(key, []).append((" ".join(read.columns), read.rows, read.certain))
    return reads


def test_the_intended_access_of_dev_is_this(dev):
    """C5: the whole matrix; who isn't in it reads nothing."""
    curated = "aboutyourself address1 address2 count dob firstname lastname pid region"
    masked = "aboutyourself address1 address2 count dob firstname lastname region"
    hidden = "address1_encrypted address2_encrypted count dob_encrypted firstname_encrypted lastname_encrypted"

    assert matrix(dev.plan) == {
        ("central-analytics-reader", "secure_dl_masked_data"): [("count region", "count >= 5", True)],
        ("data-steward", "secure_dl_encrypted_data"): [("region", None, True)],
        ("data-steward", "secure_dl_masked_data"): [("region", None, True)],
        ("process-secure-data", "secure_dl_curated_data"): [(curated, None, False)],
        ("process-secure-data", "secure_dl_encrypted_data"): [(f"{hidden} pid_encrypted region", None, False)],
        ("process-secure-data", "secure_dl_masked_data"): [(masked, None, False)],
        ("process-secure-data", "temp-raw-table"): [
            ("aboutyourself address1 address2 count dob firstname lastname patientid", None, True)
        ],
        ("secure-lf-business-analyst", "secure_dl_encrypted_data"): [(hidden, None, True)],
        ("secure-lf-data-scientist", "secure_dl_masked_data"): [(masked, None, True)],
        ("process-secure-data", "customers"): [("customer since", None, False)] * 3,
        **{
            (f"tenants/dev/acme-dev-tenant-{tenant}", "customers"): [("customer since", None, True)]
            for tenant in TENANTS
        },
        **{
            (f"tenants/dev/acme-dev-tenant-{tenant}", "events"): [("amount service", f"tenant_id = '{tenant}'", True)]
            for tenant in TENANTS
        },
    }


def test_intended_access_is_sorted(dev):
    """Deterministic, for whoever compares it."""
    keys = [(read.principal, read.database, read.table) for read in dev.plan.intended_access]

    assert keys == sorted(keys)


def new_column(classification):
    def change(values):
        for table in values["databases"][0]["tables"]:
            if table["name"] == "secure_dl_masked_data":
                table["columns"].append(
                    {"name": "added", "type": "string", "classification": classification, "protection": "masked"}
                )

    return change


def seeing(plan, column):
    return {read.principal.removeprefix(ROLE) for read in plan.intended_access if column in read.columns}


def test_a_new_column_is_meant_for_nobody_new(lab):
    """K24: a sensitive column appears only where a grant is on the whole table: here the pipeline that fills it."""
    plan = lab.planned(new_column("pii"))

    assert seeing(plan, "added") == {"process-secure-data"}
    assert {k: v for k, v in matrix(plan).items() if k[0] != "process-secure-data"} == {
        k: v for k, v in matrix(lab.planned()).items() if k[0] != "process-secure-data"
    }


def test_a_new_harmless_column_is_meant_for_whoever_reads_by_tag(lab):
    """A tag grant follows the tags: that is what it is for."""
    assert seeing(lab.planned(new_column("internal")), "added") == {"process-secure-data", "data-steward"}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"zone": ["masked"]}, {"aboutyourself address1 address2 count dob firstname lastname region"}),
        ({"classification": ["internal"], "zone": ["masked"]}, {"region"}),
        ({"classification": ["internal", "quasi-identifier"], "zone": ["masked"]}, {"count region"}),
        ({"classification": ["public"]}, {"country"}),
        ({"classification": ["internal"], "zone": ["raw"]}, set()),
    ],
)
def test_tags_select_by_key_and_value(lab, job, tags, expected):
    """B8-3: AND over keys, OR over a key's values; a column that lacks one key isn't matched."""
    plan = lab.planned(lambda values: values["personas"].append(job("tagged", grants=[{"tags": tags}])))

    assert {" ".join(read.columns) for read in plan.intended_access if read.principal == f"{ROLE}tagged"} == expected


def test_describing_through_tags_reads_nothing(lab, job):
    """B6-2: DESCRIBE shows a table and gives no data; with SELECT beside it, it does."""

    def reads(*permissions):
        grant = {"tags": {"zone": ["masked"]}, "permissions": list(permissions)}
        plan = lab.planned(lambda values: values["personas"].append(job("tagged", grants=[grant])))
        return seeing(plan, "region") >= {"tagged"}

    assert not reads("DESCRIBE")
    assert reads("SELECT", "DESCRIBE")


def partitioned(values):
    for table in values["databases"][0]["tables"]:
        if table["name"] == "secure_dl_masked_data":
            table["partitionKeys"] = [{"name": "day", "type": "date", "classification": "quasi-identifier"}]


@pytest.mark.parametrize("persona", ["secure-lf-data-scientist", "data-steward", "central-analytics-reader"])
def test_partition_keys_are_read_by_whoever_reads_a_column(lab, persona):
    """B7-3: columns can be cut, partition keys can't, whether granted by list, by tag or through a filter."""
    plan = lab.planned(partitioned)

    assert persona in seeing(plan, "day")
    assert "secure-lf-business-analyst" not in seeing(plan, "day")


def test_an_external_role_is_uncertain_until_its_ceiling_is_stated(lab, declared):
    """What its own policies allow is only known where configuration states it; the stated policy is handed on."""
    grants = [{"database": "secure-db", "table": "secure_dl_masked_data", "columns": ["region"]}]
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["lakeformation:GetDataAccess", "glue:GetTable"], "Resource": "*"}],
    }

    def external(**more):
        persona = {"name": "partner", "kind": "external", "role": f"{ROLE}partner-role", "grants": grants, **more}
        return declared(lab.planned(lambda values: values["personas"].append(persona)))

    unstated, stated = external(), external(ceiling=[policy])
    certain = {
        plan: [read.certain for read in plan.plan.intended_access if read.principal == f"{ROLE}partner-role"]
        for plan in (unstated, stated)
    }

    assert certain == {unstated: [False], stated: [True]}
    assert unstated["persona-partner"].ceiling == ()
    assert "GetDataAccess" in stated["persona-partner"].ceiling[0]
    assert unstated["grant-partner/table/secure-db/secure_dl_masked_data"].principal == f"{ROLE}partner-role"


def test_a_filter_over_all_rows_is_a_read_of_all_rows(lab, person):
    """A data cells filter without an expression keeps all rows."""

    def change(values):
        for table in values["databases"][0]["tables"]:
            if table["name"] == "secure_dl_masked_data":
                table["filters"].append({"name": "regions", "columns": ["region"]})
        grant = {"database": "secure-db", "table": "secure_dl_masked_data", "filter": "regions"}
        values["personas"].append(person("counter", grants=[grant]))

    reads = [read for read in lab.planned(change).intended_access if read.principal == f"{ROLE}counter"]

    assert [(read.columns, read.rows) for read in reads] == [(("region",), None)]


def test_a_wider_read_covers_a_narrower_one(lab, job):
    """B9-7: rows and columns unite; what all rows of as many columns cover isn't told twice."""

    def reads(tag_zone):
        grants = [
            {"database": "secure-db", "table": "secure_dl_masked_data", "filter": "at-least-five"},
            {"tags": {"zone": [tag_zone]}},
        ]
        plan = lab.planned(lambda values: values["personas"].append(job("both", grants=grants)))
        return [read.rows for read in plan.intended_access if read.principal == f"{ROLE}both"]

    assert reads("masked") == [None]
    assert sorted(reads("encrypted"), key=str) == [None, "count >= 5"]


def second_filter(columns, rows):
    def change(values):
        masked = {"database": "secure-db", "table": "secure_dl_masked_data"}
        for table in values["databases"][0]["tables"]:
            if table["name"] == "secure_dl_masked_data":
                table["filters"].append({"name": "second", "columns": columns, **rows})
        for persona in values["personas"]:
            if persona["name"] == "central-analytics-reader":
                persona["grants"].append({**masked, "filter": "second"})

    return change


@pytest.mark.parametrize(
    ("columns", "rows", "expected"),
    [
        (["region"], {"rows": "region = 'EU'"}, "(count >= 5) OR (region = 'EU')"),
        (["region"], {}, None),
    ],
    ids=["some rows", "all rows"],
)
def test_several_filters_may_combine_to_all_their_columns_in_all_their_rows(lab, columns, rows, expected):
    """B9-8: each filter's own cells are certain; whether AWS gives the rest of the rectangle isn't documented."""
    reads = matrix(lab.planned(second_filter(columns, rows)))["central-analytics-reader", "secure_dl_masked_data"]

    assert ("count region", expected, False) in reads
    assert {read for read in reads if read[2]} == {
        ("count region", "count >= 5", True),
        ("region", *rows.values(), True) if rows else ("region", None, True),
    }
