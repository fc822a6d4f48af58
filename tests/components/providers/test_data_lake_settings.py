from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from botocore.exceptions import ClientError

from components.providers import connection as connections
from components.providers.data_lake_settings import DataLakeSettingsProvider
from lakeward.errors import OutsideServiceError

PROVIDER = DataLakeSettingsProvider()


@pytest.fixture
def inputs(account):
    return {
        **account.connection.inputs(),
        "deployer": account.role("deployer"),
        "dataLakeAdmins": [account.role("admin"), account.role("deployer")],
        "readOnlyAdmins": [account.role("auditor")],
        "createDatabaseDefaultPermissions": [],
        "createTableDefaultPermissions": [],
        "allowFullTableExternalDataAccess": False,
        "parameters": {"CROSS_ACCOUNT_VERSION": "4"},
    }


def administrators(settings):
    return [admin["DataLakePrincipalIdentifier"] for admin in settings["DataLakeAdmins"]]


def test_create_closes_an_open_account(account, inputs):
    """An account as AWS makes it, open to IAM_ALLOWED_PRINCIPALS, has empty defaults afterwards."""
    before = account.settings()

    created = PROVIDER.create(inputs)

    settings = account.settings()
    assert before["CreateTableDefaultPermissions"] != []
    assert settings["CreateDatabaseDefaultPermissions"] == []
    assert settings["CreateTableDefaultPermissions"] == []
    assert administrators(settings) == [account.role("admin"), account.role("deployer")]
    assert settings["Parameters"]["CROSS_ACCOUNT_VERSION"] == "4"
    assert created.id == f"{account.id}/eu-west-1"
    assert created.outs == inputs


def test_create_keeps_what_it_does_not_govern(account, inputs):
    """Fields and parameters that this stack doesn't decide stay as others set them."""
    account.change_settings(
        AuthorizedSessionTagValueList=["engine-a"],
        AllowExternalDataFiltering=True,
        Parameters={"CROSS_ACCOUNT_VERSION": "1", "SET_CONTEXT": "TRUE"},
    )

    PROVIDER.create(inputs)

    settings = account.settings()
    assert settings["AuthorizedSessionTagValueList"] == ["engine-a"]
    assert settings["AllowExternalDataFiltering"] is True
    assert settings["Parameters"] == {"CROSS_ACCOUNT_VERSION": "4", "SET_CONTEXT": "TRUE"}


def test_create_tells_which_administrators_it_removes(account, inputs, caplog):
    """An administrator that the stack doesn't declare goes, and is named."""
    account.session.client("iam").create_role(RoleName="stranger", AssumeRolePolicyDocument="{}")
    account.change_settings(DataLakeAdmins=[{"DataLakePrincipalIdentifier": account.role("stranger")}])

    PROVIDER.create(inputs)

    assert account.role("stranger") not in administrators(account.settings())
    assert f"{account.role('stranger')} was a data lake administrator" in caplog.text


def test_check_refuses_to_lock_the_deployer_out(account, inputs):
    """Settings without the deployer fail in the preview, at the property; with it they pass."""
    without = {**inputs, "dataLakeAdmins": [account.role("admin")]}

    refused = PROVIDER.check({}, without)
    accepted = PROVIDER.check({}, inputs)

    assert [(failure.property, account.role("deployer") in failure.reason) for failure in refused.failures] == [
        ("dataLakeAdmins", True)
    ]
    assert accepted.failures == []


def test_read_shows_nothing_when_nothing_changed(account, inputs):
    """A refresh of what was just written is what was written: the next `up` has nothing to do."""
    created = PROVIDER.create(inputs)

    read = PROVIDER.read(created.id, created.outs)

    assert read.outs == inputs
    assert PROVIDER.diff(created.id, read.outs, inputs).changes is False
    assert account.settings()["CreateTableDefaultPermissions"] == []


def test_read_shows_what_was_opened_by_hand(account, inputs):
    """A default and an administrator that came back are drift, and an update repairs both."""
    created = PROVIDER.create(inputs)
    opened = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]
    account.change_settings(
        CreateTableDefaultPermissions=opened,
        DataLakeAdmins=[{"DataLakePrincipalIdentifier": account.role("auditor")}],
    )

    read = PROVIDER.read(created.id, created.outs)
    difference = PROVIDER.diff(created.id, read.outs, inputs)
    PROVIDER.update(created.id, read.outs, inputs)

    assert read.outs["createTableDefaultPermissions"] == opened
    assert read.outs["dataLakeAdmins"] == [account.role("auditor")]
    assert difference.changes is True
    assert difference.replaces == []
    assert account.settings()["CreateTableDefaultPermissions"] == []
    assert administrators(account.settings()) == inputs["dataLakeAdmins"]


def test_diff_replaces_for_another_region_only(inputs):
    """Settings of another Region are other settings; another administrator is an update."""
    elsewhere = PROVIDER.diff("id", inputs, {**inputs, "region": "eu-central-1"})
    changed = PROVIDER.diff("id", inputs, {**inputs, "dataLakeAdmins": inputs["dataLakeAdmins"][1:]})

    assert elsewhere.replaces == ["region"]
    assert changed.replaces == []
    assert changed.changes is True


def test_delete_opens_nothing_and_keeps_the_deployer(account, inputs, caplog):
    """After a destroy the defaults are still empty and the deployer can still come back; others are gone."""
    created = PROVIDER.create(inputs)
    account.session.client("iam").create_role(RoleName="stranger", AssumeRolePolicyDocument="{}")
    account.change_settings(
        DataLakeAdmins=[
            {"DataLakePrincipalIdentifier": account.role(name)} for name in ("admin", "deployer", "stranger")
        ]
    )

    PROVIDER.delete(created.id, created.outs)

    settings = account.settings()
    assert administrators(settings) == [account.role("deployer"), account.role("stranger")]
    assert settings["ReadOnlyAdmins"] == []
    assert settings["CreateDatabaseDefaultPermissions"] == []
    assert settings["CreateTableDefaultPermissions"] == []
    assert "nothing is opened by a deletion" in caplog.text


def test_write_reads_anew_after_a_concurrent_write(account, inputs, monkeypatch):
    """When someone else writes in between, their field survives: the merge starts from what they wrote."""
    pauses = []

    def interfere(pause):
        pauses.append(pause)
        account.change_settings(AuthorizedSessionTagValueList=["theirs"])

    monkeypatch.setattr(connections.time, "sleep", interfere)
    refusals = [ClientError({"Error": {"Code": "ConcurrentModificationException"}}, "PutDataLakeSettings")]
    opened = connections.Session.client

    def client(self, service):
        found = opened(self, service)
        if service == "lakeformation":
            found.meta.events.register("before-call.lakeformation.PutDataLakeSettings", refuse_once)
        return found

    def refuse_once(**_):
        if refusals:
            raise refusals.pop()

    monkeypatch.setattr(connections.Session, "client", client)

    PROVIDER.create(inputs)

    assert pauses == [1]
    assert account.settings()["AuthorizedSessionTagValueList"] == ["theirs"]
    assert administrators(account.settings()) == inputs["dataLakeAdmins"]


def test_another_account_is_refused_before_anything_is_written(account, new_account, inputs):
    """Credentials that lead elsewhere change neither account."""
    other = new_account()
    before = account.settings(), other.settings()

    with pytest.raises(OutsideServiceError, match=other.id):
        PROVIDER.create({**inputs, "assumeRoles": [other.role("deployer")]})

    assert (account.settings(), other.settings()) == before


@pytest.fixture
def newer_aws():
    """An AWS that knows a setting which the installed boto3 doesn't; answers its endpoint and what it was asked."""
    asked = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            identity = (
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>100000000001</Account>"
                "</GetCallerIdentityResult></GetCallerIdentityResponse>"
            )
            settings = json.dumps({"DataLakeSettings": {"DataLakeAdmins": [], "SettingOfTomorrow": "on"}})
            body = (settings if self.path == "/GetDataLakeSettings" else identity).encode()
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Keep the test's output quiet."""

    with HTTPServer(("127.0.0.1", 0), Answer) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}", asked
        listening.shutdown()
        thread.join()


def test_a_setting_that_boto3_would_drop_is_not_overwritten(inputs, newer_aws):
    """A field of a newer API stops the write, and the message names it."""
    endpoint, asked = newer_aws

    with pytest.raises(OutsideServiceError, match="SettingOfTomorrow"):
        PROVIDER.create({**inputs, "account": "100000000001", "assumeRoles": [], "endpoint": endpoint})

    assert "/PutDataLakeSettings" not in asked
