"""What the engine asks of a provider beside a resource's ordinary life."""

from __future__ import annotations

import concurrent.futures
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2

from local.provider.account import Clients, Credentials
from local.provider.wire import UNKNOWN

ACCOUNT = "100000000001"
BUCKET = "aws:s3/bucket:Bucket"
GRANT = "aws:lakeformation/permissions:Permissions"
ROLE = "aws:iam/role:Role"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


def struct(values):
    message = Struct()
    message.update(values)
    return message


@pytest.fixture(scope="module")
def lake(session):
    """A database with a table, and readers to grant to."""
    client = session.client("lakeformation")
    caller = f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"
    client.put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": [{"DataLakePrincipalIdentifier": caller}]})
    glue, iam = session.client("glue"), session.client("iam")
    glue.create_database(DatabaseInput={"Name": "protocol"})
    columns = [{"Name": name, "Type": "string"} for name in ("id", "email")]
    glue.create_table(
        DatabaseName="protocol",
        TableInput={"Name": "t", "StorageDescriptor": {"Columns": columns, "Location": "s3://nowhere/t/"}},
    )
    readers = [f"protocol-{number}" for number in range(24)]
    for name in readers:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    client.create_lf_tag(TagKey="level", TagValues=["low", "high"])
    return [f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in readers]


def test_reports_the_sdks_version(stub):
    """The engine warns of a provider that is older than the SDK."""
    assert stub.GetPluginInfo(Empty()).version == "7.51.1"


def test_takes_secrets_in_clear(stub):
    """Documents are compared, so that they must not come wrapped."""
    answer = stub.Handshake(provider_pb2.ProviderHandshakeRequest())

    assert not answer.accept_secrets
    assert answer.supports_autonaming_configuration


def test_config_is_checked(stub):
    """A misspelled argument of the provider fails its check by name."""
    answer = stub.CheckConfig(provider_pb2.CheckRequest(news=struct({"regoin": "eu-west-1"})))

    assert [failure.property for failure in answer.failures] == ["regoin"]


def test_changed_config_is_reported(stub):
    """The engine must configure anew; what resources make of it they say themselves."""
    old, new = struct({"region": "eu-west-1"}), struct({"region": "eu-central-1"})
    changed = stub.DiffConfig(provider_pb2.DiffRequest(old_inputs=old, news=new))
    same = stub.DiffConfig(provider_pb2.DiffRequest(old_inputs=old, news=old))

    assert (changed.changes, list(changed.diffs)) == (provider_pb2.DiffResponse.DIFF_SOME, ["region"])
    assert same.changes == provider_pb2.DiffResponse.DIFF_NONE


def test_wrong_account_is_refused_by_both_ids(aws, plugins, entry_role):
    """The engine shows the text as it is."""
    _, provider = plugins.start(aws.environment("eu-west-1"))
    arguments = {"assumeRoles": json.dumps([{"roleArn": entry_role}]), "allowedAccountIds": '["222222222222"]'}

    with pytest.raises(grpc.RpcError) as refused:
        provider.Configure(provider_pb2.ConfigureRequest(args=struct(arguments)))

    assert f"account {ACCOUNT}, allowed is 222222222222" in refused.value.details()


def test_aws_itself_is_refused(plugins):
    """Without an endpoint the provider doesn't start to work."""
    environment = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL": ""}
    _, provider = plugins.start(environment)

    with pytest.raises(grpc.RpcError) as refused:
        provider.Configure(provider_pb2.ConfigureRequest(args=struct({"region": "eu-west-1"})))

    assert "never talks to AWS" in refused.value.details()


def test_unknown_types_and_functions_are_refused(stub, resource):
    """What the stand-in doesn't build is named, together with what does."""
    with pytest.raises(grpc.RpcError) as unbuilt:
        resource("aws:ec2/vpc:Vpc").check({})
    with pytest.raises(grpc.RpcError) as function:
        stub.Invoke(provider_pb2.InvokeRequest(tok="aws:index/getRegion:getRegion"))

    assert "doesn't build `aws:ec2/vpc:Vpc`" in unbuilt.value.details()
    assert "no functions" in function.value.details()


def test_preview_of_a_new_resource_invents_nothing(session, resource):
    """A preview says what is known, marks what AWS will decide, and creates nothing."""
    outputs = resource(BUCKET).preview({"bucket": "acme-preview", "tags": {"a": "1"}})

    assert outputs == {
        "arn": UNKNOWN,
        "bucket": "acme-preview",
        "bucketDomainName": UNKNOWN,
        "bucketRegion": UNKNOWN,
        "bucketRegionalDomainName": UNKNOWN,
        "forceDestroy": False,
        "region": "eu-west-1",
        "tags": {"a": "1"},
        "tagsAll": {"a": "1"},
    }
    assert "acme-preview" not in [bucket["Name"] for bucket in session.client("s3").list_buckets()["Buckets"]]


def test_preview_of_an_update_keeps_what_is_known(session, resource):
    """What exists keeps its outputs, and isn't changed."""
    role = resource(ROLE)
    role.up({"name": "previewed", "assumeRolePolicy": TRUST, "description": "one"})
    outputs = role.preview({"name": "previewed", "assumeRolePolicy": TRUST, "description": "two"})

    assert outputs["arn"] == f"arn:aws:iam::{ACCOUNT}:role/previewed"
    assert outputs["description"] == "two"
    assert session.client("iam").get_role(RoleName="previewed")["Role"]["Description"] == "one"


def test_unknown_input_passes_a_preview(resource):
    """An input that hangs on another resource's output stays unknown."""
    assert resource("aws:kms/alias:Alias").preview({"name": "alias/x", "targetKeyId": UNKNOWN})["targetKeyId"] == (
        UNKNOWN
    )


def test_names_are_made_once(resource):
    """A resource without a name gets one, and keeps it."""
    role = resource(ROLE, "nameless")
    assert role.up({"assumeRolePolicy": TRUST}) == "create"

    assert role.inputs["name"].startswith("nameless-")
    assert role.up({"assumeRolePolicy": TRUST}) == "same"


def test_numbers_are_whole(session, resource):
    """The protocol knows only floating point; AWS gets an integer."""
    resource(ROLE).up({"name": "whole", "assumeRolePolicy": TRUST, "maxSessionDuration": 7200.0})

    assert session.client("iam").get_role(RoleName="whole")["Role"]["MaxSessionDuration"] == 7200


def test_ignored_changes_are_ignored(resource):
    """A difference that the program ignores isn't reported; the same difference otherwise is."""
    role = resource(ROLE)
    role.up({"name": "ignoring", "assumeRolePolicy": TRUST, "tags": {"a": "1"}})
    checked, _ = role.check({"name": "ignoring", "assumeRolePolicy": TRUST, "tags": {"a": "2"}})

    assert [*role.diff(checked, ignore=["tags"]).detailedDiff] == []
    assert [*role.diff(checked, ignore=['tags["a"]']).detailedDiff] == []
    assert [*role.diff(checked, ignore=["tagsAll", "ta"]).detailedDiff] == ["tags.a"]


@pytest.mark.usefixtures("lake")
def test_another_region_replaces(resource):
    """A regional resource can't move."""
    tag = resource("aws:lakeformation/lfTag:LfTag")
    tag.up({"key": "moving", "values": ["a"]})
    checked, _ = tag.check({"key": "moving", "values": ["a"], "region": "eu-central-1"})
    diff = tag.diff(checked)

    assert list(diff.replaces) == ["region"]
    assert diff.detailedDiff["region"].kind == provider_pb2.PropertyDiff.UPDATE_REPLACE


def test_default_tags_are_on_the_resource_and_not_in_its_tags(aws, plugins, entry_role, session, resource):
    """The provider's tags reach AWS and `tagsAll`; in `tags` they would look like drift."""
    _, provider = plugins.start(aws.environment("eu-west-1"))
    arguments = {
        "assumeRoles": json.dumps([{"roleArn": entry_role}]),
        "defaultTags": '{"tags": {"by": "default", "a": "default"}}',
    }
    provider.Configure(provider_pb2.ConfigureRequest(args=struct(arguments)))
    role = resource(ROLE)
    role.stub = provider
    role.up({"name": "default-tagged", "assumeRolePolicy": TRUST, "tags": {"a": "own"}})

    assert role.refresh() == "same"
    assert role.outputs["tags"] == {"a": "own"}
    assert role.outputs["tagsAll"] == {"by": "default", "a": "own"}
    tags = session.client("iam").list_role_tags(RoleName="default-tagged")["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"by": "default", "a": "own"}


def test_half_created_resource_is_recorded(resource, read_half_created):
    """Where configuring fails after creation, the engine learns of what exists, and the next update mends it."""
    bucket = resource(BUCKET)
    with pytest.raises(grpc.RpcError) as failed:
        bucket.up({"bucket": "acme-half", "tags": {"aws:reserved": "1"}})
    record = read_half_created(failed.value)
    bucket.id, bucket.inputs = record.id, {"bucket": "acme-half", "forceDestroy": False}
    bucket.outputs = {"bucket": record.properties["bucket"], "region": record.properties["region"]}

    assert record.id == "acme-half"
    assert "acme-half" in str(record.properties["arn"])
    assert bucket.up({"bucket": "acme-half", "tags": {"a": "1"}}) == "update"
    assert bucket.outputs["tagsAll"] == {"a": "1"}


def test_errors_are_one_line_for_people(resource):
    """What AWS refuses is said with its code and the call."""
    resource(ROLE).up({"name": "taken", "assumeRolePolicy": TRUST})
    with pytest.raises(grpc.RpcError) as failed:
        resource(ROLE).up({"name": "taken", "assumeRolePolicy": TRUST})

    assert failed.value.details().startswith("subject: EntityAlreadyExists: ")
    assert failed.value.details().endswith("(CreateRole)")


def test_refused_parameters_are_not_shown(resource):
    """botocore repeats a value that it refuses; it may be a secret, so that it is withheld."""
    with pytest.raises(grpc.RpcError) as failed:
        resource("aws:lakeformation/lfTag:LfTag").up({"key": "", "values": ["s3cret"]})

    assert "Invalid length for parameter TagKey, value: withheld, valid min length: 1" in failed.value.details()
    assert "s3cret" not in failed.value.details()


@pytest.mark.parametrize(
    ("pulumi_type", "identity", "form"),
    [
        ("aws:glue/catalogTable:CatalogTable", "protocol:t", "`<catalog>:<database>:<name>`"),
        ("aws:lakeformation/lfTag:LfTag", "level", "`<catalog>:<key>`"),
        (GRANT, "1234", "a JSON object with principal and one of"),
        (GRANT, '{"principal": "p"}', "a JSON object with principal and one of"),
    ],
)
def test_import_of_an_id_in_another_form_is_refused(resource, pulumi_type, identity, form):
    """An id that names nothing says how it is written."""
    with pytest.raises(grpc.RpcError) as refused:
        resource(pulumi_type).import_(identity)

    assert form in refused.value.details()


def grant(principal, **resource):
    return {"principal": principal, "permissions": ["SELECT"], **resource}


def test_revoked_right_shows_and_is_given_back(lake, session, resource):
    """A refresh reads the rights that are there, and the next `up` restores the program's."""
    client, inputs = (
        session.client("lakeformation"),
        {
            "principal": lake[0],
            "permissions": ["SELECT", "DESCRIBE"],
            "table": {"databaseName": "protocol", "name": "t"},
        },
    )
    given = resource(GRANT)
    given.up(inputs)
    client.revoke_permissions(
        Principal={"DataLakePrincipalIdentifier": lake[0]},
        Resource={"Table": {"DatabaseName": "protocol", "Name": "t"}},
        Permissions=["DESCRIBE"],
    )

    assert given.refresh() == "drift"
    assert given.outputs["permissions"] == ["SELECT"]
    assert given.up(inputs) == "replace"
    assert given.refresh() == "same"
    assert sorted(given.outputs["permissions"]) == ["DESCRIBE", "SELECT"]
    given.destroy()


def test_right_that_someone_added_shows_and_is_taken_back(lake, session, resource):
    """More than the program grants is drift too, the grant option among it."""
    inputs = grant(lake[1], tableWithColumns={"databaseName": "protocol", "name": "t", "columnNames": ["id"]})
    given = resource(GRANT)
    given.up(inputs)
    session.client("lakeformation").grant_permissions(
        Principal={"DataLakePrincipalIdentifier": lake[1]},
        Resource={"TableWithColumns": {"DatabaseName": "protocol", "Name": "t", "ColumnNames": ["id"]}},
        Permissions=["SELECT"],
        PermissionsWithGrantOption=["SELECT"],
    )

    assert given.refresh() == "drift"
    assert given.outputs["permissionsWithGrantOptions"] == ["SELECT"]
    given.destroy()


def test_grant_of_a_role_that_lost_everything_is_gone(lake, session, resource):
    """A grant without rights doesn't exist, and revoking it succeeds."""
    given = resource(GRANT)
    given.up(grant(lake[2], table={"databaseName": "protocol", "name": "t"}))
    identity, outputs = given.id, given.outputs
    session.client("lakeformation").revoke_permissions(
        Principal={"DataLakePrincipalIdentifier": lake[2]},
        Resource={"Table": {"DatabaseName": "protocol", "Name": "t"}},
        Permissions=["SELECT"],
    )

    assert given.refresh() == "gone"
    given.id, given.outputs = identity, outputs
    given.destroy()


def test_rights_of_others_and_on_other_resources_do_not_show(lake, resource):
    """A grant is exactly one principal's on exactly one resource; its neighbours' lives don't touch it."""
    columns = {"databaseName": "protocol", "name": "t", "columnNames": ["id"]}
    first, second, third = resource(GRANT), resource(GRANT), resource(GRANT)
    first.up(grant(lake[3], tableWithColumns=columns))
    second.up(grant(lake[4], tableWithColumns=columns))
    third.up({**grant(lake[3], database={"name": "protocol"}), "permissions": ["DESCRIBE"]})
    second.destroy()

    assert first.refresh() == "same"
    assert third.refresh() == "same"
    third.destroy()
    assert first.refresh() == "same"
    first.destroy()


@pytest.mark.usefixtures("lake")
def test_tag_that_one_column_lost_shows(session, resource):
    """A tag of several columns is there only while each of them has it."""
    inputs = {
        "tableWithColumns": {"databaseName": "protocol", "name": "t", "columnNames": ["id", "email"]},
        "lfTags": [{"key": "level", "value": "high"}],
    }
    assigned = resource("aws:lakeformation/resourceLfTags:ResourceLfTags")
    assigned.up(inputs)
    session.client("lakeformation").remove_lf_tags_from_resource(
        Resource={"TableWithColumns": {"DatabaseName": "protocol", "Name": "t", "ColumnNames": ["email"]}},
        LFTags=[{"TagKey": "level", "TagValues": ["high"]}],
    )

    assert assigned.refresh() in ("drift", "gone")
    assigned.up(inputs)
    assert assigned.refresh() == "same"
    assigned.destroy()


def test_concurrent_grants_all_arrive(lake, resource):
    """Many resources at once, as the engine does it: none is lost and none fails."""

    def live(principal):
        given = resource(GRANT)
        given.up(grant(principal, table={"databaseName": "protocol", "name": "t"}))
        state = given.refresh()
        given.destroy()
        return state

    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        assert list(pool.map(live, lake)) == ["same"] * len(lake)


class _Busy(http.server.BaseHTTPRequestHandler):
    """Refuses the first calls of each operation as AWS does when two changes meet."""

    calls: list[str] = []  # noqa: RUF012 - one per server class, made below

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.calls.append(self.path)
        busy = len(self.calls) <= 3
        body = b'{"__type": "ConcurrentModificationException", "message": "again"}' if busy else b"{}"
        self.send_response(400 if busy else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if busy:
            self.send_header("x-amzn-ErrorType", "ConcurrentModificationException")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_concurrent_modification_is_retried():
    """botocore gives up on it; the stand-in tries again, with pauses."""
    with http.server.HTTPServer(("127.0.0.1", 0), _Busy) as busy:
        serving = threading.Thread(target=busy.serve_forever)
        serving.start()
        clients = Clients(Credentials(access_key="A", secret_key="s"), {}, f"http://127.0.0.1:{busy.server_port}")
        clients.client("lakeformation", "eu-west-1").deregister_resource(ResourceArn="arn:aws:s3:::b")
        busy.shutdown()
        serving.join()

    assert len(_Busy.calls) == 4


def test_process_ends_on_interrupt(aws, plugins):
    """The engine waits up to five seconds for a plugin that ignores SIGINT."""
    process, _ = plugins.start(aws.environment("eu-west-1"))
    process.send_signal(signal.SIGINT)

    assert process.wait(2) == 0


def test_process_ends_with_the_cli(tmp_path):
    """After `kill -9` of the CLI nobody tells the provider to go."""
    pid_file = tmp_path / "pid"
    program = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'local.provider', 'x'], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        f"open({str(pid_file)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    cli = subprocess.Popen([sys.executable, "-c", program], cwd=Path.cwd())
    while not (pid_file.exists() and pid_file.read_text()):
        time.sleep(0.05)
    provider = int(pid_file.read_text())
    cli.kill()
    cli.wait()

    deadline = time.monotonic() + 10
    while _alive(provider) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _alive(provider)


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
