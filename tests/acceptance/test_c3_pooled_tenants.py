"""C3: tenants told apart by one `tenant_id`, on every plane: role, S3, key, Lake Formation, workgroup."""

from itertools import permutations

import pytest

ACCOUNT = "100000000001"
TENANTS = ("tenant1", "tenant2", "tenant10")
PAIRS = list(permutations(TENANTS, 2))
BROKER = "acme-dev-broker"
DENIALS = {"IMPLICIT_DENY", "EXPLICIT_DENY"}


def role(tenant):
    return f"tenants/dev/acme-dev-tenant-{tenant}"


def file_of(lake, tenant):
    return lake.objects("tenants", f"{tenant}/info.csv")


def inside(lake, principal, action, resource, **context):
    """A request through the VPC's gateway endpoint, which every bucket asks for: what decides is who asks for what."""
    return lake.request(principal, action, resource, **lake.through("gateway-endpoint-s3"), **context)


def statements(decision):
    return {reason["statement"] for reason in decision["reasons"]}


def assert_denied(decision, layer, statement=None):
    """Denied in both readings, by this layer, and where one decides by this statement."""
    assert decision["verdict"] in DENIALS
    assert decision["may"] in DENIALS
    assert layer in decision["blockedBy"]
    assert statement is None or statement in statements(decision)


@pytest.mark.parametrize("tenant", TENANTS)
def test_a_tenant_reads_and_lists_its_own_prefix(lake, tenant):
    """The positive half: the object, the listing below its prefix, and decrypting what stands there."""
    listing = inside(lake, role(tenant), "s3:ListBucket", lake.objects("tenants", "")[:-1], s3__prefix=f"{tenant}/")
    decrypting = lake.request(role(tenant), "kms:Decrypt", lake.key("tenants"), **through_s3(file_of(lake, tenant)))

    assert inside(lake, role(tenant), "s3:GetObject", file_of(lake, tenant))["verdict"] == "ALLOW"
    assert listing["verdict"] == "ALLOW"
    assert decrypting["may"] == "ALLOW"


def through_s3(context):
    return {"kms__ViaService": "s3.eu-west-1.amazonaws.com", "kms__EncryptionContext__aws__s3__arn": context}


@pytest.mark.parametrize(("tenant", "other"), PAIRS)
def test_a_tenant_is_refused_another_ones_prefix(lake, tenant, other):
    """S3: its own policy doesn't reach there, and the bucket denies it whatever its own policy says."""
    reading = inside(lake, role(tenant), "s3:GetObject", file_of(lake, other))
    listing = inside(lake, role(tenant), "s3:ListBucket", lake.objects("tenants", "")[:-1], s3__prefix=f"{other}/")

    assert_denied(reading, "resource", "DenyTenantsOutsideTheirPrefix")
    assert_denied(reading, "identity")
    assert_denied(listing, "resource", "DenyTenantsListingOutsideTheirPrefix")


@pytest.mark.parametrize(("tenant", "other"), PAIRS)
def test_a_tenant_is_refused_the_key_of_another_ones_prefix(lake, tenant, other):
    """The key: the context is the object, and the statement of tenants is about the caller's own prefix."""
    decision = lake.request(role(tenant), "kms:Decrypt", lake.key("tenants"), **through_s3(file_of(lake, other)))
    direct = lake.request(role(tenant), "kms:Decrypt", lake.key("tenants"))
    own = lake.request(role(tenant), "kms:Decrypt", lake.key("tenants"), **through_s3(file_of(lake, tenant)))

    assert_denied(decision, "key")
    assert_denied(direct, "key")
    assert own["may"] == "ALLOW"


@pytest.mark.parametrize(("tenant", "other"), PAIRS)
def test_a_tenant_is_refused_another_ones_database(lake, tenant, other):
    """Lake Formation, bridge: its tag grants reach databases tagged with its own id."""
    own = lake.read(role(tenant), "customers", database=f"{tenant}_crm")
    foreign = lake.read(role(tenant), "customers", database=f"{other}_crm")

    assert (own["verdict"], own["columns"]) == ("ALLOW", ["customer", "since"])
    assert_denied(foreign, "lake-formation")
    assert foreign["mayColumns"] == []


@pytest.mark.parametrize(("tenant", "other"), PAIRS)
def test_a_tenant_is_refused_another_ones_rows(lake, tenant, other):
    """Lake Formation, pool: of the table that all share it reads its own rows, and the columns of its filter."""
    own = lake.read(role(tenant), "events", database="usage", row={"tenant_id": tenant})
    foreign = lake.read(role(tenant), "events", database="usage", row={"tenant_id": other})
    hidden = lake.read(role(tenant), "events", database="usage", columns=["tenant_id"])

    assert (own["verdict"], own["rows"]) == ("ALLOW", f"tenant_id = '{tenant}'")
    assert own["columns"] == ["amount", "service"]
    assert_denied(foreign, "lake-formation")
    assert_denied(hidden, "lake-formation")


@pytest.mark.parametrize(("tenant", "other"), PAIRS)
def test_a_tenant_is_refused_another_ones_workgroup_and_results(lake, tenant, other):
    """Athena: its own workgroup and its own results; another one's queries and results are nobody else's."""
    workgroup = f"arn:aws:athena:eu-west-1:{ACCOUNT}:workgroup/acme-dev-tenant-{{}}-{ACCOUNT}"
    results = lake.objects("tenants", "{}/query-results/q.csv")
    foreign = lake.request(role(tenant), "athena:GetQueryResults", workgroup.format(other))

    assert lake.request(role(tenant), "athena:StartQueryExecution", workgroup.format(tenant))["verdict"] == "ALLOW"
    assert inside(lake, role(tenant), "s3:PutObject", results.format(tenant), **kms_headers())["verdict"] == "ALLOW"
    assert_denied(foreign, "identity")
    assert_denied(
        inside(lake, role(tenant), "s3:GetObject", results.format(other)), "resource", "DenyTenantsOutsideTheirPrefix"
    )


def kms_headers():
    return {"s3__x-amz-server-side-encryption": "aws:kms"}


@pytest.mark.parametrize(("tenant", "other"), PAIRS)
def test_a_tenant_is_refused_another_ones_role(lake, tenant, other):
    """STS: a tenant's role is the broker's alone to take."""
    target = lake.role(role(other))

    assert lake.request(BROKER, "sts:AssumeRole", target)["verdict"] == "ALLOW"
    assert_denied(lake.request(role(tenant), "sts:AssumeRole", target), "trust")


@pytest.mark.parametrize(("tenant", "other"), PAIRS)
def test_a_tenant_is_refused_another_ones_bucket(lake, tenant, other):
    """Bridge: the bucket and key that are one tenant's own name that tenant's role."""
    theirs = lake.objects(f"tenant-{other}", f"{other}/info.csv")
    tables = lake.objects(f"tenant-{tenant}", "_tables/crm/customers/part-0")

    assert_denied(inside(lake, role(tenant), "s3:GetObject", theirs), "resource", "DenyObjectsToAllButTenants")
    # Nor past Lake Formation to the files of its own tables.
    assert_denied(inside(lake, role(tenant), "s3:GetObject", tables), "resource", "DenyTenantsOutsideTheirPrefix")


@pytest.mark.parametrize("tags", [{"tenant_id": "tenant2"}, {"Tenant_ID": "tenant2"}, {"TENANT_ID": ""}], ids=str)
def test_a_session_tag_cant_override_the_roles(lake, tags):
    """A14-2: the trust allows no session tags, so the whole call fails, in any letter case."""
    context = {f"aws__RequestTag/{key}": value for key, value in tags.items()} | {"aws__TagKeys": list(tags)}
    tagging = lake.request(BROKER, "sts:TagSession", lake.role(role("tenant1")), **context)
    # Were it let through all the same, it would reach neither its own prefix nor the other's.
    session = {"role": lake.role(role("tenant1")), "session": "s", "tags": tags}
    reads = [
        lake.decide(
            {
                "principal": session,
                "action": "s3:GetObject",
                "resource": file_of(lake, tenant),
                "context": {"aws:SourceVpce": "%{gateway-endpoint-s3.id}"},
            }
        )
        for tenant in ("tenant1", "tenant2")
    ]

    assert_denied(tagging, "trust")
    for decision in reads:
        assert decision["verdict"] in DENIALS
        assert decision["may"] in DENIALS


@pytest.mark.parametrize("principal", ["process-secure-data", "auditor", "secure-lf-business-analyst", BROKER])
def test_nobody_else_reads_tenants_files(lake, principal):
    """K16: personas, the broker, and even who writes the files; Lake Formation stays among its tables."""
    decision = inside(lake, principal, "s3:GetObject", file_of(lake, "tenant1"))

    assert decision["verdict"] in DENIALS
    assert decision["may"] in DENIALS


def test_the_named_writer_writes_and_reads_nothing(lake):
    """The positive half of a writer, and what it doesn't get by it; another persona can't put either."""
    written = inside(lake, "process-secure-data", "s3:PutObject", file_of(lake, "tenant1"))
    encrypting = lake.request(
        "process-secure-data", "kms:GenerateDataKey", lake.key("tenants"), **through_s3(file_of(lake, "tenant1"))
    )

    assert written["verdict"] == "ALLOW"
    assert encrypting["may"] == "ALLOW"
    assert_denied(inside(lake, "process-secure-data", "s3:GetObject", file_of(lake, "tenant1")), "identity")
    assert_denied(
        inside(lake, "data-steward", "s3:PutObject", file_of(lake, "tenant1")), "resource", "DenyObjectsToAllButTenants"
    )


def test_the_registration_role_reads_tables_and_no_files(lake):
    """The location's role reaches below `_tables/`; a table made over a tenant's prefix would show nothing."""
    registration = "acme-dev-registration-tenants"
    table = lake.objects("tenants", "_tables/usage/events/part-0")

    assert lake.request(registration, "s3:GetObject", table)["verdict"] == "ALLOW"
    assert_denied(
        lake.request(registration, "s3:GetObject", file_of(lake, "tenant1")),
        "resource",
        "DenyLakeFormationOutsideTables",
    )


@pytest.mark.parametrize("service", ["ec2.amazonaws.com", "lambda.amazonaws.com", "athena.amazonaws.com"])
def test_no_service_takes_a_tenant_role(lake, service):
    """K11: at no time did the role trust EC2; the broker's role is a service's to take, no tenant's is."""
    assert_denied(lake.request(service, "sts:AssumeRole", lake.role(role("tenant1"))), "trust")
    assert lake.request("lambda.amazonaws.com", "sts:AssumeRole", lake.role(BROKER))["verdict"] == "ALLOW"


@pytest.mark.parametrize("action", ["iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy"])
@pytest.mark.parametrize("principal", [role("tenant2"), "secure-lf-admin", "cloud-engineer", "process-secure-data"])
def test_nobody_here_tampers_with_a_tenant_role(lake, principal, action):
    """A14-6: every boundary of this stack denies changing identities; the statement says so."""
    decision = lake.request(principal, action, lake.role(role("tenant1")))

    assert decision["verdict"] == decision["may"] == "EXPLICIT_DENY"
    assert "DenyChangingIdentities" in statements(decision)


@pytest.mark.parametrize("tenant", TENANTS)
def test_a_tenant_logs_in_as_itself_at_most(lake, tenant):
    """Its boundary reaches its own login only: no policy that is attached later makes it another's."""
    boundary = next(
        entry["PermissionsBoundary"]
        for entry in lake.document["accounts"][ACCOUNT]["iam"]["Roles"]
        if entry["Arn"] == lake.role(role(tenant))
    )
    (logins,) = (
        statement["Resource"] for statement in boundary["Statement"] if statement["Sid"] == "AllowAtMostItsOwnLogin"
    )

    assert logins.endswith("/${aws:PrincipalTag/tenant_id}_dbuser")
