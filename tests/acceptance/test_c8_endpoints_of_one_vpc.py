"""C8: the endpoints of one VPC: what passes through them, what a bucket accepts, and what goes on without them."""

import copy

import pytest

from lakeward.access import answer
from lakeward.access.cases import prepare_estate

ANALYST = "secure-lf-business-analyst"
GATEWAY = "gateway-endpoint-s3"
INTERFACE = "interface-endpoint-s3"
FOREIGN = {"aws__ResourceOrgID": "o-2bbbbbbbbb", "aws__ResourceAccount": "200000000001"}


def own_result(lake):
    return lake.objects("query-results", f"{ANALYST}/1.csv")


def statements(answer, layer):
    return {reason["statement"] for reason in answer["reasons"] if reason["layer"] == layer}


def endpoint(lake, name):
    return next(e for e in lake.region["ec2"]["VpcEndpoints"] if e["VpcEndpointId"] == f"%{{{name}.id}}")


@pytest.mark.parametrize("way", [GATEWAY, INTERFACE])
def test_a_role_in_the_vpc_reaches_its_objects_through_the_endpoint(lake, way):
    """A role of the VPC reads a bucket of the lake through either endpoint of S3."""
    answer = lake.request(ANALYST, "s3:GetObject", own_result(lake), **lake.through(way))

    assert answer["verdict"] == "ALLOW"
    assert "AllowOurPrincipalsToOurResources" in statements(answer, "endpoint")


@pytest.fixture(scope="module")
def with_job(lake):
    """Stack `dev` beside a role of the account that its own policies allow all of S3."""
    document = copy.deepcopy(lake.document)
    allow = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    role = {"Arn": lake.role("job"), "Policies": [{"PolicyName": "all", "PolicyDocument": allow}]}
    document["accounts"]["100000000001"]["iam"]["Roles"].append(role)
    prepared = prepare_estate(document)

    def ask(action, resource, **context):
        keys = {key.replace("__", ":"): value for key, value in context.items()}
        case = {"principal": lake.role("job"), "action": action, "resource": resource, "context": keys}
        return answer({**case, "estate": document}, lambda _: prepared)

    return ask


@pytest.mark.parametrize("way", [GATEWAY, INTERFACE])
@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject"])
def test_a_bucket_outside_the_organization_is_out_of_reach_through_the_endpoint(lake, with_job, way, action):
    """Nothing is carried out: whatever a job's role allows it, the endpoint's policy alone stops it."""
    inside = with_job(action, "arn:aws:s3:::strangers/x", **lake.through(way), **FOREIGN)
    # The twin: were the bucket the organization's, nothing here would stop it.
    ours = {"aws__ResourceOrgID": "o-1aaaaaaaaa", "aws__ResourceAccount": "100000000001"}
    own = with_job(action, "arn:aws:s3:::others-of-ours/x", **lake.through(way), **ours)

    assert inside["may"] == "IMPLICIT_DENY"
    # What the strangers' own policy says isn't known, so it is listed beside, and decides nothing.
    assert inside["blockedBy"] == ["resource", "endpoint"]
    assert (own["may"], own["blockedBy"]) == ("ALLOW", ["resource"])


def test_buckets_of_aws_that_services_need_are_read_through_the_endpoint(lake):
    """The list is closed and for reading: another bucket of AWS's, or a write to this one, doesn't pass."""

    def passes(action, bucket):
        answer = lake.request(ANALYST, action, f"arn:aws:s3:::{bucket}/x", **lake.through(GATEWAY), **FOREIGN)
        return "endpoint" not in answer["blockedBy"]

    assert passes("s3:GetObject", "prod-eu-west-1-starport-layer-bucket")
    assert not passes("s3:PutObject", "prod-eu-west-1-starport-layer-bucket")
    assert not passes("s3:GetObject", "prod-us-east-1-starport-layer-bucket")


@pytest.mark.parametrize("way", [GATEWAY, INTERFACE])
def test_a_principal_outside_the_organization_gets_nothing_through_the_endpoint(lake, way):
    """Strangers' credentials are of no use inside the network: the endpoint's policy stops them."""
    stranger = {"aws__PrincipalOrgID": "o-2bbbbbbbbb", "aws__PrincipalAccount": "200000000001"}
    answer = lake.decide(
        {
            "principal": "arn:aws:iam::200000000001:role/stranger",
            "action": "s3:GetObject",
            "resource": own_result(lake),
            "context": {key.replace("__", ":"): value for key, value in {**lake.through(way), **stranger}.items()},
        }
    )

    assert answer["may"] == "EXPLICIT_DENY"
    assert "endpoint" in answer["blockedBy"]
    assert "DenyResultsToEveryoneWhoOwnsNone" in statements(answer, "resource")


def test_the_bucket_refuses_another_vpc(lake):
    """The right role through an endpoint of another VPC of the organization is denied by the bucket."""
    other = {"aws__SourceVpc": "vpc-0a1b2c3d4e5f60009", "aws__VpceOrgID": "o-1aaaaaaaaa"}
    answer = lake.request(ANALYST, "s3:GetObject", own_result(lake), **other)

    assert answer["may"] == "EXPLICIT_DENY"
    assert statements(answer, "resource") == {"DenyDataFromOutsideTheNetwork"}


def test_the_bucket_refuses_the_vpcs_id_elsewhere(lake):
    """Ids of VPCs repeat over Regions and partitions of ownership: an endpoint of a stranger's doesn't fit."""
    same = {"aws__SourceVpc": "vpc-0a1b2c3d4e5f60001", "aws__VpceOrgID": "o-2bbbbbbbbb"}
    answer = lake.request(ANALYST, "s3:GetObject", own_result(lake), **same)
    region = lake.request(
        ANALYST, "s3:GetObject", own_result(lake), **lake.through(GATEWAY), aws__RequestedRegion="us-east-1"
    )

    assert statements(answer, "resource") == {"DenyDataThroughForeignEndpoints"}
    assert statements(region, "resource") == {"DenyDataFromTheSameVpcIdElsewhere"}


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject"])
def test_the_bucket_refuses_who_comes_through_no_endpoint(lake, action):
    """The same role from its desk reads and writes nothing."""
    answer = lake.request(ANALYST, action, own_result(lake), aws__SourceIp="198.51.100.7")

    assert answer["may"] == "EXPLICIT_DENY"
    assert "DenyDataFromOutsideTheNetwork" in statements(answer, "resource")


def test_the_buckets_administration_needs_no_endpoint(lake):
    """A bucket that only an endpoint could repair would be lost with the endpoint."""
    bucket = lake.objects("query-results").removesuffix("/x")
    administration = lake.request("lakeward-deployer", "s3:PutBucketPolicy", bucket, aws__SourceIp="198.51.100.7")
    listing = lake.request("lakeward-deployer", "s3:ListBucket", bucket, aws__SourceIp="198.51.100.7")

    assert "EXPLICIT_DENY" not in {administration["verdict"], administration["may"]}
    assert statements(listing, "resource") >= {"DenyDataFromOutsideTheNetwork"}


def test_athena_reads_for_a_persona_all_the_same(lake):
    """C2: a query's reads come from Lake Formation's role and from no VPC, and are served."""
    answer = lake.read(ANALYST, "secure_dl_encrypted_data", columns=["count"])

    assert answer["verdict"] == "ALLOW"


def test_athena_writes_results_for_a_persona_all_the_same(lake):
    """C1: Athena forwards the persona's credentials, from no VPC; the key of the object is all that has to fit."""
    via = {"aws__ViaAWSService": "true", "aws__CalledVia": ["athena.amazonaws.com"]}
    answer = lake.request(ANALYST, "s3:PutObject", own_result(lake), **via)

    assert answer["verdict"] == "ALLOW"


@pytest.mark.parametrize("way", [None, GATEWAY, INTERFACE])
def test_the_registration_role_reads_from_anywhere(lake, way):
    """Vended credentials come from Athena without a VPC, and from jobs inside it through the endpoint."""
    context = {} if way is None else lake.through(way)
    answer = lake.request("acme-dev-registration-encrypted", "s3:GetObject", lake.objects("encrypted"), **context)

    assert answer["verdict"] == "ALLOW"


def test_without_the_carve_out_the_lake_would_stop(lake):
    """The twin: were the registration role not spared, the bucket would deny every query."""
    document = copy.deepcopy(lake.document)
    buckets = document["accounts"]["100000000001"]["regions"]["eu-west-1"]["s3"]["Buckets"]
    (bucket,) = (found for found in buckets if "-encrypted-" in found["Name"])
    for statement in bucket["Policy"]["Statement"]:
        if statement["Sid"] == "DenyDataFromOutsideTheNetwork":
            del statement["Condition"]["ArnNotLike"]
    read = {"account": "100000000001", "region": "eu-west-1", "database": "secure-db"}
    case = {"principal": lake.role(ANALYST), "read": {**read, "table": "secure_dl_encrypted_data"}}

    assert answer({**case, "estate": lake.document})["verdict"] == "ALLOW"
    assert answer({**case, "estate": document})["may"] == "EXPLICIT_DENY"


def test_s3s_name_leads_the_vpc_to_the_gateway(lake):
    """K38: private DNS of S3's interface endpoint is for the inbound resolver only; other services' is for all."""
    declared = {
        resource["name"]: resource["inputs"]
        for resource in lake.recording["resources"]
        if resource["type"] == "aws:ec2/vpcEndpoint:VpcEndpoint"
    }
    interfaces = {name: inputs for name, inputs in declared.items() if name != GATEWAY}

    assert declared[GATEWAY]["routeTableIds"] == ["rtb-0a1b2c3d4e5f60001"]
    assert len(interfaces) == 7
    for name, inputs in interfaces.items():
        options = {"privateDnsOnlyForInboundResolverEndpoint": True} if name == INTERFACE else None
        assert (inputs["privateDnsEnabled"], inputs.get("dnsOptions")) == (True, options), name
        assert len(inputs["subnetIds"]) == 2


def test_federation_passes_the_endpoint_of_sts_into_our_roles_only(lake):
    """A14-8: sign-in carries no organization of a principal; its statement binds it by the role's."""
    policy = endpoint(lake, "interface-endpoint-sts")["PolicyDocument"]
    (federation,) = (s for s in policy["Statement"] if s["Sid"] == "AllowFederationIntoOurRoles")

    assert federation["Action"] == ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]
    assert federation["Condition"] == {"StringEquals": {"aws:ResourceOrgID": "o-1aaaaaaaaa"}}
