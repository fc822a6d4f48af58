"""What holds for every plan: its names, its tags, and what a change of configuration may change."""

from __future__ import annotations

from dataclasses import replace

import lakeward.plan
from lakeward.config import parse
from lakeward.plan.declarations import (
    DataLakeLocationArgs,
    LfTagAssignmentArgs,
    TaggedDeclaration,
)


def test_the_exported_names_are_these():
    """The surface of the plan is designed: two names."""
    assert (
        lakeward.plan.__all__ == sorted(lakeward.plan.__all__) == ["UNKNOWN_ALLOWED", "intended_access", "plan_stack"]
    )


def test_one_governed_field_may_be_unknown():
    """P2: the one exception is the document that names the database's resource id, and no other policy's."""
    assert list(lakeward.plan.UNKNOWN_ALLOWED) == ["aws:iam/policy:Policy.policy@policy-tenant-login"]


def test_a_plan_is_the_same_every_time(lab):
    """Two runs are equal to the last character."""
    assert repr(lab.planned()) == repr(lab.planned())


def test_logical_names_hold_no_stack(lab):
    """P-rule: another stack name changes physical names only; logical names and their order stay."""
    one, other = lab.planned(stack="dev"), lab.planned(stack="prod-eu")

    assert [d.logical_name for d in one.declarations] == [d.logical_name for d in other.declarations]
    assert [d.depends_on for d in one.declarations] == [d.depends_on for d in other.declarations]


def test_another_stack_name_changes_only_names(lab):
    """Style point 17: written back to `dev`, the plan of `prod-eu` is the plan of `dev`."""
    one, other = lab.planned(stack="dev"), lab.planned(stack="prod-eu")
    written_back = repr(other).replace("acme-prod-eu-", "acme-dev-").replace("'prod-eu'", "'dev'")
    written_back = written_back.replace("the lake prod-eu", "the lake dev").replace(
        "/tenants/prod-eu/", "/tenants/dev/"
    )

    assert written_back == repr(one)
    assert "prod-eu" in repr(other)


def test_everything_that_can_carry_tags_carries_the_stacks(dev):
    """`contracts.md` section 6: stack, owner and cost centre on all of them; roles say their kind."""
    tagged = dev.of(TaggedDeclaration)

    assert all(
        declaration.tags.items()
        >= {"lakeward:stack": "dev", "lakeward:owner": "data-platform", "lakeward:cost-center": "4711"}.items()
        for declaration in tagged
    )
    assert dev["bucket-masked"].tags["lakeward:zone"] == dev["key-masked"].tags["lakeward:zone"] == "masked"
    assert dev["persona-auditor"].tags["lakeward:kind"] == "persona"
    assert dev["registration-role-raw"].tags["lakeward:kind"] == "registration"
    assert dev["workgroup-data-steward"].tags["lakeward:persona"] == "data-steward"


def changes(before, after):
    """Return the logical names that were added, and those whose declaration changed."""
    old = {declaration.logical_name: declaration for declaration in before.declarations}
    new = {declaration.logical_name: declaration for declaration in after.declarations}
    assert old.keys() <= new.keys()
    return new.keys() - old.keys(), {name for name in old if replace(old[name]) != new[name]}


def test_a_persona_that_reads_adds_its_own_declarations(lab, person):
    """Beside them two documents change, which list such personas by design: the results bucket's and the key's."""
    grants = [{"database": "secure-db", "table": "secure_dl_masked_data", "columns": ["region"]}]
    reader = person("erasure-operator", queries=True, grants=grants)
    added, changed = changes(lab.planned(), lab.planned(lambda values: values["personas"].append(reader)))

    assert added == {
        "persona-erasure-operator",
        "workgroup-erasure-operator",
        "grant-erasure-operator/database/secure-db",
        "grant-erasure-operator/table/secure-db/secure_dl_masked_data",
    }
    assert changed == {"bucket-query-results", "key-query-results"}


def test_a_persona_without_queries_changes_nothing_else(lab, person):
    """Its role and its grants are all there is."""
    grants = [{"database": "secure-db", "table": "secure_dl_masked_data", "columns": ["region"]}]
    added, changed = changes(
        lab.planned(), lab.planned(lambda values: values["personas"].append(person("silo-engineer", grants=grants)))
    )

    assert len(added) == 3
    assert changed == set()


def test_an_administrator_changes_the_settings_and_the_boundary(lab, person):
    """Both list data lake administrators by design."""
    admin = person("second-admin", administration="data-lake")
    added, changed = changes(lab.planned(), lab.planned(lambda values: values["personas"].append(admin)))

    assert added == {"persona-second-admin"}
    assert changed == {"settings-data-lake", "boundary-personas"}


def test_the_order_of_personas_changes_no_declaration(lab):
    """Position is no identity: the reversed list declares the same, dependencies included."""
    one = {d.logical_name: d for d in lab.planned().declarations}
    other = {d.logical_name: d for d in lab.planned(lambda values: values["personas"].reverse()).declarations}

    assert one == other


def test_the_deployer_and_named_roles_administer_the_lake(lab, declared):
    """B5: administrators are the deployer, configured roles and the data lake persona; the auditor only looks."""
    role = "arn:aws:iam::100000000001:role/"
    settings = declared(lab.planned(lambda values: values.update(administrators=[f"{role}platform"])))[
        "settings-data-lake"
    ]

    assert settings.administrators == (f"{role}lakeward-deployer", f"{role}platform", f"{role}secure-lf-admin")
    assert settings.read_only_administrators == (f"{role}auditor",)


def test_every_table_stands_under_its_registered_location(dev):
    """C6: the location of each table is below a location that is registered with its own role, hybrid access off."""
    locations = {d.resource_arn.removeprefix("arn:aws:s3:::"): d for d in dev.of(DataLakeLocationArgs)}
    tables = {name: d for name, d in dev.by_name.items() if name.startswith("table-")}

    assert {
        name: any(d.location.removeprefix("s3://").startswith(f"{location}/") for location in locations)
        for name, d in tables.items()
    } == dict.fromkeys(tables, True)
    assert dev["table-secure-db/temp-raw-table"].location == "s3://acme-dev-raw-100000000001/temp-raw-table/"
    assert not any(location.hybrid_access_enabled for location in locations.values())
    assert all(d.depends_on[1].startswith("location-") for d in tables.values())


def test_every_column_is_tagged_with_its_classification(dev):
    """Each table has its zone, each column one classification, and no column is forgotten."""
    tagged = {}
    for assignment in dev.of(LfTagAssignmentArgs):
        for column in assignment.columns or (None,):
            tagged.setdefault(assignment.table, []).append((column, *assignment.lf_tags.items()))

    assert sorted(tagged["secure_dl_masked_data"], key=str) == sorted(
        [
            (None, ("zone", "masked")),
            *(
                (c, ("classification", "pii"))
                for c in ("aboutyourself", "address1", "address2", "dob", "firstname", "lastname")
            ),
            ("region", ("classification", "internal")),
            ("count", ("classification", "quasi-identifier")),
        ],
        key=str,
    )


def test_the_trail_watches_every_bucket_but_its_own(dev):
    """C7: every zone but the logs, which have a key and a bucket of their own; tenants' buckets, also those to come."""
    trail = dev["trail-audit"]

    assert trail.data_event_prefixes == (
        *(f"arn:aws:s3:::acme-dev-{zone}-100000000001/" for zone in ("artifacts", "curated", "encrypted", "masked")),
        *(f"arn:aws:s3:::acme-dev-{zone}-100000000001/" for zone in ("query-results", "raw")),
        "arn:aws:s3:::acme-dev-tenant-",
        "arn:aws:s3:::acme-dev-tenants-100000000001/",
    )
    assert (trail.bucket, trail.key) == ("acme-dev-logs-100000000001", "key-logs")


def test_a_zone_without_tables_is_watched_too(lab, declared):
    """Files can stand in it, and the policy pack asks for their data events (AUD001)."""
    plan = declared(lab.planned(lambda values: values["zones"].append({"name": "stage"})))

    assert "arn:aws:s3:::acme-dev-stage-100000000001/" in plan["trail-audit"].data_event_prefixes


def test_without_a_trail_nothing_of_it_is_declared(lab, declared):
    """No trail, no key for its logs, no right for it to write."""

    def nothing_but_logs(values):
        for key in ("databases", "network", "personas", "sharedBuckets", "sharing", "tenancy"):
            del values[key]
        values |= {"zones": [{"name": "logs"}], "dataKeys": {"administrators": []}, "audit": {"trail": False}}

    plan = declared(lab.planned(nothing_but_logs))

    assert not {"trail-audit", "key-logs"} & plan.by_name.keys()
    assert not [sid for sid in plan.statements("bucket-logs") if sid.startswith("Allow")]


def test_the_smallest_lake_is_a_log_bucket(lab):
    """Nothing but the required keys plans to what an empty lake needs, without roles, tags or a boundary."""
    smallest = {
        f"lakeward:{key}": lab.values[f"lakeward:{key}"]
        for key in ("account", "region", "prefix", "owner", "costCenter", "deployer")
    }
    config = parse(
        {**smallest, "lakeward:zones": [{"name": "logs"}], "lakeward:dataKeys": {"administrators": []}}, "dev"
    )
    plan = lakeward.plan.plan_stack(config)

    assert [d.logical_name for d in plan.declarations] == [
        "key-logs",
        "bucket-logs",
        "settings-data-lake",
        "trail-audit",
    ]
    assert plan.intended_access == ()


def test_the_lake_tells_what_every_reader_must_know(lab):
    """Stack, account, Region and deployer; the organization in the estate's own form."""
    path = "o-aaaaaaaaaa/r-aaaa/ou-aaaa-aaaaaaaa/"
    organization = {
        "id": "o-aaaaaaaaaa",
        "managementAccount": "900000000000",
        "accounts": [{"id": "100000000001", "path": path}],
    }

    def alone(values):
        for key in ("sharedBuckets", "sharing"):
            del values[key]
        values["organization"] = organization

    lake = lab.planned(alone).lake

    assert (lake.stack, lake.account, lake.region) == ("dev", "100000000001", "eu-west-1")
    assert lake.organization == {
        "id": "o-aaaaaaaaaa",
        "managementAccount": "900000000000",
        "accounts": {"100000000001": {"path": path}},
    }


def test_a_stack_without_an_organization_says_so(lab):
    """An account may be in none."""

    def alone(values):
        for key in ("organization", "network", "sharedBuckets", "sharing"):
            del values[key]

    assert lab.planned(alone).lake.organization is None
