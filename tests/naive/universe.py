"""Small lakes for the second opinion: all combinations of modes with a few grants, and random ones."""

from __future__ import annotations

from itertools import combinations, product

OWNER, CONSUMER, REGION = "111111111111", "222222222222", "eu-west-1"
ANALYST = f"arn:aws:iam::{OWNER}:role/analyst"
ENGINEER = f"arn:aws:iam::{OWNER}:role/engineer"
GUEST = f"arn:aws:iam::{CONSUMER}:role/guest"
REGISTRATION = f"arn:aws:iam::{OWNER}:role/registration"
ORGANIZATION = "o-aaaaaaaaaa"
UNIT = f"arn:aws:organizations::100000000000:ou/{ORGANIZATION}/ou-aaaa-bbbbbbbb"
PRINCIPALS = (
    {"arn": ANALYST, "tags": {}},
    {"arn": ENGINEER, "tags": {"team": "red"}},
    {"arn": GUEST, "tags": {"team": "red"}},
)
TABLES = (("crm", "orders"), ("crm", "leads"))
COLUMNS = ("amount", "day", "email", "id", "region")
ROWS = tuple(
    {"id": 1, "email": "e", "day": "d", "region": region, "amount": amount}
    for region, amount in product(("EU", "US", None), (1, 9))
)
TEAM_RED = 'context.iam.principalTags.hasTag("team") && context.iam.principalTags.getTag("team") == "red"'


def grant(who, resource, *permissions, condition=None):
    entry = {
        "Principal": {"DataLakePrincipalIdentifier": who},
        "Resource": resource,
        "Permissions": list(permissions or ("SELECT",)),
    }
    return entry | ({"Condition": {"Expression": condition}} if condition else {})


def named(name="orders", **more):
    return {"Table": {"DatabaseName": "crm", "Name": name, **more}}


def every(**more):
    return {"Table": {"DatabaseName": "crm", "TableWildcard": {}, **more}}


def columns(*names, excluded=(), **more):
    chosen = {"ColumnNames": list(names)} if names else {"ColumnWildcard": {"ExcludedColumnNames": list(excluded)}}
    return {"TableWithColumns": {"DatabaseName": "crm", "Name": "orders", **chosen, **more}}


def cells(name, **more):
    return {"DataCellsFilter": {"DatabaseName": "crm", "TableName": "orders", "Name": name, **more}}


def tags(kind="TABLE", **tests):
    owner = {"CatalogId": tests.pop("owner")} if "owner" in tests else {}
    expression = [{"TagKey": key, "TagValues": values} for key, values in tests.items()]
    return {"LFTagPolicy": {"ResourceType": kind, "Expression": expression, **owner}}


def by_name(name):
    return {"LFTagPolicy": {"ResourceType": "TABLE", "ExpressionName": name}}


def cells_filter(name, expression, *names, excluded=(), **more):
    rows = {"FilterExpression": expression} if expression else {"AllRowsWildcard": {}}
    chosen = {"ColumnNames": list(names)} if names else {"ColumnWildcard": {"ExcludedColumnNames": list(excluded)}}
    return {"DatabaseName": "crm", "TableName": "orders", "Name": name, "RowFilter": rows, **chosen, **more}


FILTERS = {
    OWNER: [
        cells_filter("eu", "region = 'EU'", "id", "region"),
        cells_filter("big", "amount > 5 AND region <> 'US'", excluded=("email",)),
        cells_filter("every-row", None, "email"),
    ],
    CONSUMER: [cells_filter("eu", "amount < 5", "id", "amount", TableCatalogId=OWNER)],
}
TAGGED = [
    ({"Database": {"Name": "crm"}}, "domain", "sales"),
    ({"Table": {"DatabaseName": "crm", "Name": "leads"}}, "domain", "hr"),
    (columns("email"), "class", "pii"),
    (named(), "class", "open"),
]
# Each with the account that makes it.
GRANTS = (
    (OWNER, grant(ANALYST, named())),
    (OWNER, grant(ANALYST, columns("id", "region"))),
    (OWNER, grant(f"{OWNER}:IAMPrincipals", columns(excluded=("email",)))),
    (OWNER, grant(ANALYST, cells("eu"))),
    (OWNER, grant(ANALYST, cells("big"))),
    (OWNER, grant(ANALYST, cells("every-row"))),
    (OWNER, grant(ANALYST, tags(domain=["Sales"], Class=["open"]), "SELECT", "INSERT")),
    (OWNER, grant(ANALYST, by_name("hr"), "ALL")),
    (OWNER, grant(ANALYST, every(), "INSERT")),
    (OWNER, grant(ANALYST, named(), "ALTER", "DROP")),
    (OWNER, grant(ANALYST, {"Database": {"Name": "crm"}}, "ALL")),
    (OWNER, grant(f"{OWNER}:IAMPrincipals", cells("eu"), condition=TEAM_RED)),
    (OWNER, grant(ENGINEER, named("leads"), "DESCRIBE")),
    (OWNER, grant(GUEST, columns(excluded=("id",)))),
    (OWNER, grant(GUEST, tags(domain=["*"]))),
    (OWNER, grant(CONSUMER, cells("big"))),
    (OWNER, grant(CONSUMER, cells("eu"))),
    (OWNER, grant(UNIT, named())),
    (CONSUMER, grant(GUEST, named(CatalogId=OWNER))),
    (CONSUMER, grant(GUEST, cells("eu", TableCatalogId=OWNER))),
    (CONSUMER, grant(GUEST, columns("region", "email", CatalogId=OWNER), "SELECT")),
)
OPT_INS = (
    None,
    (OWNER, {"Principal": {"DataLakePrincipalIdentifier": ANALYST}, "Resource": named()}),
    (OWNER, {"Principal": {"DataLakePrincipalIdentifier": f"{OWNER}:IAMPrincipals"}, "Resource": every()}),
    (
        OWNER,
        {
            "Principal": {"DataLakePrincipalIdentifier": ENGINEER},
            "Resource": {"Database": {"Name": "crm"}},
            "Condition": {"Expression": TEAM_RED},
        },
    ),
    (CONSUMER, {"Principal": {"DataLakePrincipalIdentifier": GUEST}, "Resource": named(CatalogId=OWNER)}),
)
MODES = ("unregistered", "registered", "hybrid", "hybrid below a registered bucket")


def role(arn, *actions, trust=None, **role_tags):
    return {
        "Arn": arn,
        "AssumeRolePolicyDocument": trust or {},
        "Tags": [{"Key": key, "Value": value} for key, value in role_tags.items()],
        "Policies": [
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}],
                },
            }
        ],
    }


QUERYING = ("glue:GetTable", "lakeformation:GetDataAccess")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lakeformation.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def lake(grants, *, iam_allowed=(), mode="registered", opt_ins=(), version=4):
    """
    Return an estate.

    Args:
        grants: Pairs of the account that makes it, and the grant.
        iam_allowed: Resources on which `IAM_ALLOWED_PRINCIPALS` holds Super.
        mode: One of `MODES`.
        opt_ins: Pairs of the account it stands in, and the opt-in.
        version: Of cross-account sharing.

    """
    registered = {"ResourceArn": "arn:aws:s3:::lake/crm", "RoleArn": REGISTRATION}
    locations = {
        "unregistered": [{"ResourceArn": "arn:aws:s3:::lake/cr", "RoleArn": REGISTRATION}],
        "registered": [registered],
        "hybrid": [registered | {"HybridAccessEnabled": True}],
        "hybrid below a registered bucket": [
            {"ResourceArn": "arn:aws:s3:::lake", "RoleArn": REGISTRATION},
            registered | {"HybridAccessEnabled": True},
        ],
    }[mode]
    tables = [
        {
            "DatabaseName": database,
            "Name": name,
            "StorageDescriptor": {
                "Columns": [{"Name": one, "Type": "string"} for one in ("id", "region", "email", "amount")],
                "Location": f"s3://lake/{database}/{name}",
            },
            "PartitionKeys": [{"Name": "day", "Type": "string"}],
        }
        for database, name in TABLES
    ]
    owner = {
        "DataLakeSettings": {"Parameters": {"CROSS_ACCOUNT_VERSION": str(version)}},
        "Resources": locations,
        "LFTagExpressions": [{"Name": "HR", "Expression": [{"TagKey": "domain", "TagValues": ["hr"]}]}],
        "ResourceLFTags": [
            {"Resource": resource, "LFTags": [{"TagKey": key, "TagValues": [value]}]} for resource, key, value in TAGGED
        ],
        "DataCellsFilters": FILTERS[OWNER],
        "Permissions": [
            *(grant(IAM_ALLOWED, resource, "ALL") for resource in iam_allowed),
            *(one for maker, one in grants if maker == OWNER),
        ],
        "OptIns": [one for place, one in opt_ins if place == OWNER],
    }
    consumer = {
        "DataCellsFilters": FILTERS[CONSUMER],
        "Permissions": [one for maker, one in grants if maker == CONSUMER],
        "OptIns": [one for place, one in opt_ins if place == CONSUMER],
    }
    return {
        "version": 1,
        "organization": {
            "id": ORGANIZATION,
            "managementAccount": "100000000000",
            "accounts": {
                OWNER: {"path": f"{ORGANIZATION}/r-aaaa/"},
                CONSUMER: {"path": f"{ORGANIZATION}/r-aaaa/ou-aaaa-bbbbbbbb/"},
            },
        },
        "accounts": {
            OWNER: {
                "iam": {
                    "Roles": [
                        role(ANALYST, *QUERYING),
                        role(ENGINEER, *QUERYING, "s3:GetObject", team="red"),
                        role(REGISTRATION, "s3:GetObject", trust=TRUST),
                    ]
                },
                "regions": {
                    REGION: {
                        "lakeformation": owner,
                        "glue": {"Databases": [{"Name": "crm"}], "Tables": tables},
                        "s3": {"Buckets": [{"Name": "lake"}]},
                    }
                },
            },
            CONSUMER: {
                "iam": {"Roles": [role(GUEST, *QUERYING, "s3:GetObject", team="red")]},
                "regions": {REGION: {"lakeformation": consumer}},
            },
        },
    }


IAM_ALLOWED = "IAM_ALLOWED_PRINCIPALS"
CELLS = len(PRINCIPALS) * len(TABLES) * len(COLUMNS) * len(ROWS)
"""How many cells one lake has."""


def lakes():
    """Yield every lake of up to two grants in every mode, and of three across accounts, in a settled order."""
    modes = list(product(((), (named(),), (every(),)), MODES, OPT_INS))
    chosen = [()] + [(one,) for one in GRANTS] + list(combinations(GRANTS, 2))
    for grants in chosen:
        for allowed, mode, opt_in in modes:
            if allowed or opt_in is None:  # without the group an opt-in changes nothing
                yield lake(grants, iam_allowed=allowed, mode=mode, opt_ins=(opt_in,) if opt_in else ())
    shared = [
        one for one in GRANTS if one[0] == CONSUMER or one[1]["Principal"] != {"DataLakePrincipalIdentifier": ANALYST}
    ]
    for grants in combinations(shared, 3):
        for version in (2, 4):
            yield lake(grants, version=version)
