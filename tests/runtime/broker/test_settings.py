"""What the function is told: all of it, and nothing that would open it."""

from types import SimpleNamespace

import pytest

from runtime.broker import handler
from runtime.broker.settings import Settings, SettingsError

ENVIRONMENT = {
    "LAKEWARD_ISSUER": "https://login.acme.example/",
    "LAKEWARD_AUDIENCE": "lakeward",
    "LAKEWARD_ALGORITHMS": "RS256,ES256",
    "LAKEWARD_KEY_SET": "https://login.acme.example/keys.json",
    "LAKEWARD_CLAIM": "tenant_id",
    "LAKEWARD_TENANT_ROLES": "arn:aws:iam::100000000001:role/tenants/dev/acme-dev-tenant-",
}


def test_settings_are_read_from_the_environment():
    """The positive twin of what follows; other variables don't matter."""
    settings = Settings.of({**ENVIRONMENT, "PATH": "/bin"})

    assert settings.algorithms == ("RS256", "ES256")


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_missing_setting_is_refused_by_name(name):
    """Nothing has a default."""
    environment = {key: value for key, value in ENVIRONMENT.items() if key != name}

    with pytest.raises(SettingsError, match=f"`{name}` is missing"):
        Settings.of(environment)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ISSUER", "", "`issuer` is empty"),
        ("AUDIENCE", "", "`audience` is empty"),
        ("CLAIM", "", "`claim` is empty"),
        ("ALGORITHMS", "", "`algorithms`"),
        ("ALGORITHMS", "none", "`algorithms`"),
        ("ALGORITHMS", "RS256,HS256", "`algorithms`"),
        ("ALGORITHMS", "RS256, ES256", "`algorithms`"),
        ("KEY_SET", "http://login.acme.example/keys.json", "`key_set`"),
        ("KEY_SET", "file:///etc/keys.json", "`key_set`"),
        ("KEY_SET", "https://user@login.acme.example/keys.json", "`key_set`"),
        ("TENANT_ROLES", "arn:aws:iam::100000000001:role/", "`tenant_roles`"),
        ("TENANT_ROLES", "arn:aws:iam::100000000001:role/tenants/*/acme-dev-tenant-", "`tenant_roles`"),
    ],
)
def test_setting_that_would_open_the_broker_is_refused(name, value, said):
    """A mistake in the plan stops the function, it doesn't widen it."""
    with pytest.raises(SettingsError, match=said):
        Settings.of({**ENVIRONMENT, f"LAKEWARD_{name}": value})


def test_function_answers_and_logs_one_line(monkeypatch, capsys):
    """What Lambda calls is the broker, with the log on standard output."""
    for name, value in {**ENVIRONMENT, "AWS_DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    answer = handler.handle({}, SimpleNamespace(aws_request_id="request-1"))

    assert answer == {"outcome": "malformed-request"}
    assert capsys.readouterr().out == '{"outcome": "malformed-request", "request": "request-1"}\n'
