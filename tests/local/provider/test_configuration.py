"""How a provider is configured, and what it refuses."""

from __future__ import annotations

import pytest

from local.provider.account import Clients, Credentials, RefusedEndpointError, require_loopback
from local.provider.configuration import (
    AssumedRole,
    ConfigurationRefusedError,
    configuration,
    failures,
    open_account,
    parse,
)
from local.provider.wire import UNKNOWN

ACCOUNT = "100000000001"
KEYS = Credentials(access_key="A", secret_key="s3cret", token="t0ken")
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "eu-west-1"}


@pytest.mark.parametrize(
    "url",
    [
        "https://lakeformation.eu-west-1.amazonaws.com",
        "http://169.254.169.254",
        "http://10.0.0.1:5000",
        "http://0.0.0.0:5000",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1@example.com/",
        "http://[2001:db8::1]:5000",
        "localhost:5000",
        "",
    ],
)
def test_refuses_an_endpoint_that_is_not_loopback(url):
    """Whatever isn't this machine by its very name is refused."""
    with pytest.raises(RefusedEndpointError, match="not loopback"):
        require_loopback(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:5000", "http://localhost:5000", "http://[::1]:5000"])
def test_takes_loopback(url):
    """Loopback, by address or by its own name, is taken as it is."""
    assert require_loopback(url) == url


def test_refuses_to_run_without_an_endpoint():
    """No endpoint would mean AWS itself."""
    clients = Clients(KEYS, {}, None)

    with pytest.raises(RefusedEndpointError, match="no endpoint for `glue`"):
        clients.client("glue", "eu-west-1")


def test_refuses_an_endpoint_of_the_environment_that_is_not_loopback():
    """`AWS_ENDPOINT_URL` is judged like any other endpoint."""
    wanted = configuration({"region": "eu-west-1"}, ENVIRONMENT)
    environment = {"AWS_ENDPOINT_URL": "https://sts.eu-west-1.amazonaws.com"}

    with pytest.raises(RefusedEndpointError, match=r"sts\.eu-west-1\.amazonaws\.com"):
        open_account(wanted, environment)


def test_refuses_an_endpoint_argument_that_is_not_loopback():
    """So is each of the `endpoints`."""
    arguments = parse({"endpoints": '[{"s3": "http://127.0.0.1:1", "kms": "https://kms.example.com"}]'})

    with pytest.raises(RefusedEndpointError, match=r"kms\.example\.com"):
        configuration(arguments, ENVIRONMENT)


def test_a_request_elsewhere_never_leaves():
    """Whatever makes botocore choose another host, the request is refused before it is sent."""
    clients = Clients(KEYS, {}, "http://127.0.0.1:1")
    client = clients.client("sts", "eu-west-1")

    def lead_away(request, **_):
        request.url = "https://sts.eu-west-1.amazonaws.com/"

    client.meta.events.register("before-sign", lead_away)

    with pytest.raises(RefusedEndpointError, match=r"sts\.eu-west-1\.amazonaws\.com"):
        client.get_caller_identity()


def test_arguments_come_as_json_in_strings():
    """Everything that isn't text is JSON in a string; an account id may have become a number."""
    arguments = parse(
        {
            "region": "eu-west-1",
            "assumeRoles": '[{"roleArn": "arn:aws:iam::100000000001:role/a", "sessionName": "ab", "externalId": "xy"}]',
            "allowedAccountIds": "[12345678901, 100000000001]",
            "defaultTags": '{"tags": {"by": "default"}}',
            "skipRegionValidation": "true",
            "version": "7.51.1",
        }
    )

    wanted = configuration(arguments, ENVIRONMENT)

    assert failures(arguments) == []
    assert arguments["skipRegionValidation"] is True
    assert wanted.assumed_roles == (
        AssumedRole(role_arn="arn:aws:iam::100000000001:role/a", session_name="ab", external_id="xy"),
    )
    assert wanted.allowed_accounts == {"012345678901", "100000000001"}
    assert wanted.default_tags == {"by": "default"}


@pytest.mark.parametrize(
    ("arguments", "path", "reason"),
    [
        ({"regoin": "eu-west-1"}, "regoin", "unknown property; use `region`"),
        ({"profile": "production"}, "profile", "the stand-in provider doesn't heed this argument"),
        ({"httpsProxy": "http://proxy"}, "httpsProxy", "the stand-in provider doesn't heed this argument"),
        (
            {"assumeRoles": '[{"role_arn": "arn:aws:iam::100000000001:role/a"}]'},
            "assumeRoles[0].role_arn",
            "unknown property; use `roleArn`",
        ),
        ({"allowedAccountIds": '"100000000001"'}, "allowedAccountIds", "must be a list"),
    ],
)
def test_refuses_arguments(arguments, path, reason):
    """An argument that the SDK doesn't have, or that would lead elsewhere, is refused by name."""
    found = {failure.property: failure.reason for failure in failures(parse(arguments))}

    assert found == {path: reason}


def test_switched_off_arguments_are_no_matter():
    """What the engine sends by default and means nothing passes."""
    assert failures(parse({"useFipsEndpoint": "false", "s3UsePathStyle": "true", "profile": ""})) == []


@pytest.mark.parametrize("missing", ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_refuses_to_guess_region_and_credentials(missing):
    """Neither a default Region nor a profile stands in for what isn't said."""
    environment = {name: value for name, value in ENVIRONMENT.items() if name != missing}

    with pytest.raises(ConfigurationRefusedError, match=r"missing"):
        configuration({}, environment)


def test_waits_for_what_is_not_known_yet():
    """With an unknown argument there is no account yet."""
    assert configuration({"region": "eu-west-1", "accessKey": UNKNOWN}, ENVIRONMENT) is None


def test_credentials_are_not_shown():
    """Not in a traceback either."""
    assert "s3cret" not in repr(KEYS)
    assert "t0ken" not in repr(KEYS)


def opened(aws, entry_role, **more):
    environment = aws.environment("eu-west-1")
    arguments = {"region": "eu-west-1", "assumeRoles": [{"roleArn": entry_role}], **more}
    return open_account(configuration(arguments, environment), environment)


def test_walks_to_the_account(aws, entry_role):
    """The roles lead to their account, and an allowed one is taken."""
    account = opened(aws, entry_role, allowedAccountIds=[ACCOUNT], forbiddenAccountIds=["999999999999"])

    assert (account.account_id, account.partition) == (ACCOUNT, "aws")
    assert account.place("us-east-1").arn("glue", "database/d") == f"arn:aws:glue:us-east-1:{ACCOUNT}:database/d"


def test_refuses_another_account_by_both_ids(aws, entry_role):
    """The wrong account is refused, and the text has both ids."""
    with pytest.raises(ConfigurationRefusedError, match=f"{ACCOUNT}.*allowed is 222222222222"):
        opened(aws, entry_role, allowedAccountIds=["222222222222"])


def test_refuses_a_forbidden_account(aws, entry_role):
    """So is a forbidden one."""
    with pytest.raises(ConfigurationRefusedError, match=f"forbidden is {ACCOUNT}"):
        opened(aws, entry_role, forbiddenAccountIds=[ACCOUNT])


def test_says_which_role_cannot_be_assumed(aws):
    """A role that isn't there is an error for people."""
    with pytest.raises(ConfigurationRefusedError, match="AssumeRole"):
        opened(aws, "arn:aws:iam::100000000001:role/nobody")
