from __future__ import annotations

import json
import socket
from pathlib import Path

import pulumi
import pytest

from lakeward.errors import ConfigurationError, UsageError
from local.recorder import record, record_program
from local.recorder.monitor import STACK_TYPE

ROOT = Path(__file__).parents[3]


def the(recording, resource_type, name=None):
    (found,) = (
        entry for entry in recording["resources"] if entry["type"] == resource_type and name in (None, entry["name"])
    )
    return found


def test_recording_of_the_dev_stack_needs_no_aws(monkeypatch):
    """The unmodified program runs without credentials and without a single connection."""
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(variable, raising=False)

    def refuse(*_):
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    recording = record(ROOT, "dev")

    assert recording["recording"] == 1
    assert (recording["project"], recording["stack"]) == ("lakeward", "dev")
    assert the(recording, "lake:stack:Lake")["inputs"]["account"] == "100000000001"
    assert "secure-lf-data-scientist" in recording["exports"]["roles"]


def test_a_recording_says_which_line_declares_a_resource():
    """The line of the project's own code that makes it, below the project's folder, and no library's."""
    recording = record(ROOT, "dev")

    where = {entry["source"].rpartition(":")[0] for entry in recording["resources"] if entry["source"]}
    path, _, line = the(recording, "lake:stack:Lake")["source"].rpartition(":")
    assert where <= {str(path.relative_to(ROOT)) for path in ROOT.glob("components/**/*.py")}
    assert "Lake(" in "".join((ROOT / path).read_text().splitlines()[int(line) - 1 :][:1])
    assert [entry["type"] for entry in recording["resources"] if entry["source"] is None] == [STACK_TYPE]


def test_recording_of_the_dev_stack_holds_no_unknown_where_access_is_decided():
    """Only plain references to keys and aliases wait for AWS; no document, grant, tag or name does."""
    waiting = {
        (entry["type"], path)
        for entry in record(ROOT, "dev")["resources"]
        if entry["custom"]
        for path in tokens(entry["inputs"])
    }

    assert waiting == {
        ("aws:athena/workgroup:Workgroup", "configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn"),
        ("aws:cloudtrail/trail:Trail", "kmsKeyId"),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", "securityGroupIds"),
        ("aws:kms/alias:Alias", "targetKeyId"),
        (
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId",
        ),
        # The database, and the one document that names what its making makes up (`lakeward.plan.unknowns`).
        ("aws:iam/policy:Policy", "policy"),
        ("aws:rds/cluster:Cluster", "kmsKeyId"),
        ("aws:rds/cluster:Cluster", "vpcSecurityGroupIds"),
        ("aws:rds/clusterInstance:ClusterInstance", "clusterIdentifier"),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "securityGroupId"),
    }


def tokens(value, path=""):
    """Yield where a token stands."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from tokens(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for element in value:
            yield from tokens(element, path)
    elif isinstance(value, str) and "%{" in value:
        yield path


def test_resources_are_sorted_and_unique():
    """Sorted by URN, each once, and every parent and dependency is among them."""
    resources = record(ROOT, "dev")["resources"]

    urns = [entry["urn"] for entry in resources]
    assert urns == sorted(set(urns))
    for entry in resources:
        assert entry["parent"] in {*urns, None}
        assert set(entry["dependencies"]) <= set(urns)


def test_grants_are_recorded_with_what_the_engine_would_do():
    """A rule can see that each grant is deleted before it is replaced."""
    grants = [
        entry
        for entry in record(ROOT, "dev")["resources"]
        if entry["type"] == "aws:lakeformation/permissions:Permissions"
    ]

    assert len(grants) > 10
    assert {entry["options"]["deleteBeforeReplace"] for entry in grants} == {True}


def test_urns_are_those_of_the_engine(project):
    """The types of all parents but the stack stand in a URN, joined by `$`."""
    program = """
import pulumi
import pulumi_aws as aws

outer = pulumi.ComponentResource("x:y:Outer", "outer")
inner = pulumi.ComponentResource("x:y:Inner", "inner", opts=pulumi.ResourceOptions(parent=outer))
aws.s3.Bucket("lake", bucket="acme-lake", opts=pulumi.ResourceOptions(parent=inner))
"""

    recording = record(project(program), "dev")

    assert [entry["urn"] for entry in recording["resources"] if entry["type"] != STACK_TYPE] == [
        "urn:pulumi:dev::sample::x:y:Outer$x:y:Inner$aws:s3/bucket:Bucket::lake",
        "urn:pulumi:dev::sample::x:y:Outer$x:y:Inner::inner",
        "urn:pulumi:dev::sample::x:y:Outer::outer",
    ]


def test_computed_outputs_are_tokens(project):
    """What only AWS knows answers with a token that names it; what was given stays what it is."""
    recording = record(project(), "dev")

    outputs = the(recording, "aws:s3/bucket:Bucket")["outputs"]
    assert outputs["arn"] == "%{lake.arn}"
    assert outputs["bucket"] == "acme-lake"
    assert recording["exports"] == {"bucket": "%{lake.arn}"}


def test_options_are_recorded(project):
    """Protection, ignored changes, aliases and explicit dependencies are there for rules to read."""
    program = """
import pulumi
import pulumi_aws as aws

first = aws.kms.Key("first")
aws.kms.Alias(
    "second",
    name="alias/second",
    target_key_id=first.key_id,
    opts=pulumi.ResourceOptions(protect=True, ignore_changes=["name"], aliases=[pulumi.Alias(name="was")]),
)
aws.kms.Key("third", opts=pulumi.ResourceOptions(depends_on=[first]))
"""

    recording = record(project(program), "dev")

    first = the(recording, "aws:kms/key:Key", "first")["urn"]
    second = the(recording, "aws:kms/alias:Alias")
    third = the(recording, "aws:kms/key:Key", "third")
    assert second["options"]["protect"] is True
    assert second["options"]["ignoreChanges"] == ["name"]
    assert [alias["spec"]["name"] for alias in second["options"]["aliases"]] == ["was"]
    assert (second["dependencies"], second["options"]["dependsOn"]) == ([first], [])
    assert (third["dependencies"], third["options"]["dependsOn"]) == ([first], [first])
    assert (second["propertyDependencies"], third["propertyDependencies"]) == ({"targetKeyId": [first]}, {})
    assert third["options"]["deleteBeforeReplace"] is None


def test_stack_file_goes_over_the_projects_defaults(project):
    """A program sees the project's defaults where its stack's file says nothing, and text as the engine gives it."""
    program = """
import pulumi

config = pulumi.Config()
pulumi.export("zone", config.require("zone"))
pulumi.export("days", config.require_int("days"))
pulumi.export("tables", config.require_object("tables"))
pulumi.export("trail", config.require_bool("trail"))
"""
    defaults = "{zone: {type: string, default: raw}, days: {type: integer, default: 30}, note: {type: string}}"
    stack = "config: {'sample:zone': masked, tables: [a, b], trail: true}"

    recording = record(project(program, defaults, dev=stack), "dev")

    assert recording["exports"] == {"zone": "masked", "days": 30, "tables": ["a", "b"], "trail": True}


def test_given_configuration_replaces_the_stack_file(project):
    """A caller may record a stack that has no file."""
    program = "import pulumi\npulumi.export('zone', pulumi.Config().require('zone'))\n"

    recording = record(project(program), "elsewhere", {"sample:zone": "raw"})

    assert recording["stack"] == "elsewhere"
    assert recording["exports"] == {"zone": "raw"}


def test_secrets_are_placeholders(project):
    """Neither a secret nor its ciphertext reaches a recording, wherever the program puts it."""
    program = """
import pulumi
import pulumi_aws as aws

config = pulumi.Config()
aws.kms.Key("whole", description=config.require_secret("password"))
aws.kms.Key("part", description=config.require_object("login")["password"])
aws.kms.Key("made", description=pulumi.Output.secret("cleartext"))
"""
    stack = "config: {'sample:password': {secure: v1:cipher:one}, 'sample:login': {password: {secure: v1:cipher:two}}}"

    recording = record(project(program, dev=stack), "dev")

    for name in ("whole", "part", "made"):
        assert the(recording, "aws:kms/key:Key", name)["inputs"]["description"] == "[secret]"
    assert "cipher" not in json.dumps(recording)
    assert "cleartext" not in json.dumps(recording)


def test_a_function_call_is_refused(project):
    """A question to AWS has no offline answer; guessing one would make the recording lie."""
    program = "import pulumi_aws as aws\naws.get_caller_identity()\n"

    with pytest.raises(Exception, match=r"the program asks AWS for aws:index/getCallerIdentity:getCallerIdentity"):
        record(project(program), "dev")


def test_a_read_is_refused(project):
    """Neither has reading a resource that exists already."""
    program = "import pulumi_aws as aws\naws.s3.Bucket.get('lake', 'acme-lake')\n"

    with pytest.raises(Exception, match=r"the program reads aws:s3/bucket:Bucket"):
        record(project(program), "dev")


def test_two_resources_of_one_urn_are_refused(project):
    """As in the engine, a logical name stands once per type and parent."""
    program = "import pulumi_aws as aws\naws.kms.Key('a')\naws.kms.Key('a')\n"

    with pytest.raises(ValueError, match="two resources have the URN urn:pulumi:dev::sample::aws:kms/key:Key::a"):
        record(project(program), "dev")


def test_a_failed_recording_leaves_nothing_behind(project):
    """The next recording in the same process sees neither the failure nor a resource of it."""
    with pytest.raises(ZeroDivisionError):
        record_program(lambda: (pulumi.ComponentResource("x:y:Z", "z"), 1 / 0), project="sample", stack="dev")

    recording = record(project(), "dev")

    assert {entry["name"] for entry in recording["resources"]} == {"lake", "sample-dev"}


def test_refused_configuration_is_told_by_the_program(project):
    """What the program refuses reaches the caller as it was said."""
    program = "import pulumi\nraise pulumi.RunError('zones: missing; list them')\n"

    with pytest.raises(pulumi.RunError, match="zones: missing; list them"):
        record(project(program), "dev")


def test_project_is_found_from_below(project):
    """Any folder of a project will do."""
    folder = project() / "a" / "b"
    folder.mkdir(parents=True)

    assert record(folder, "dev")["project"] == "sample"


def test_no_project_is_told(tmp_path):
    """Without a project there is nothing to run, and the message says where it looked."""
    with pytest.raises(UsageError, match=r"no Pulumi\.yaml in .* or above; name a folder of a project"):
        record(tmp_path, "dev")


def test_unknown_stack_is_told_with_those_that_exist(project):
    """A mistyped name is answered with the stacks there are."""
    with pytest.raises(UsageError, match=r"`Pulumi\.prd\.yaml` doesn't exist.*give one of `dev`, `prod`"):
        record(project(dev="config: {}", prod="config: {}"), "prd")


def test_tabs_are_read_as_the_check_reads_them(project):
    """Tabs between words, which `lakeward check` takes and so does the engine, reach the program as the same values."""
    tabs, spaces = (record(project(dev=f"config:\n  depth:{gap}three{gap}# deep\n"), "dev") for gap in ("\t", " "))

    assert tabs == spaces


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("config: [unclosed", r"Pulumi\.dev\.yaml:2:1: isn't YAML: "),
        ("- a list", r"Pulumi\.dev\.yaml: isn't a mapping; write"),
        ("", r"Pulumi\.dev\.yaml: is empty; write"),
        ("config:\n  a: 012", r"Pulumi\.dev\.yaml: config\.a: .*; write it in quotes"),
        ("config: text", r"Pulumi\.dev\.yaml: `config` isn't a mapping"),
    ],
    ids=["not YAML", "a list", "empty", "ambiguous", "config is text"],
)
def test_unreadable_stack_file_is_told(project, text, told):
    """A file that can't be read as a stack's is one line with its name."""
    with pytest.raises(ConfigurationError, match=told):
        record(project(dev=text), "dev")
