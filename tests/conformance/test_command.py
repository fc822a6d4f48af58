"""The command begins nothing without the account's number and a yes, and says what a replay is worth."""

from __future__ import annotations

import pytest

from conformance.__main__ import is_aws, main
from conformance.findings import HARNESS_ONLY

CONSENT = (
    "--yes: this makes roles, buckets, keys, tables and grants in account 390000000001 and costs a little; "
    "give `--yes` if that is a sandbox"
)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "--account: the sandbox account isn't named; give its 12 digits"),
        (["--account", "sandbox"], "--account: the sandbox account isn't named; give its 12 digits"),
        (["--account", "390000000001"], "--region: the Region isn't named; give one, as in `--region eu-west-1`"),
        (
            ["--account", "390000000001", "--region", "eu-west-1"],
            CONSENT,
        ),
    ],
)
def test_nothing_begins_without_consent(arguments, problem, capsys, monkeypatch):
    """Account, Region and yes: without any of them the command ends before it looks for credentials."""
    monkeypatch.setattr("conformance.__main__.boto3.Session", None)

    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert (problem + "\n", "") == (capsys.readouterr().err, "")


def test_a_replay_says_what_it_proves(finished, tmp_path, capsys):
    """Recorded answers are compared anew, twice alike, under a line that says what that is worth."""
    recorded = tmp_path / "run.json"
    recorded.write_text(finished.recording.to_json(), encoding="utf-8")
    printed = []
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            main(["--recorded", str(recorded)])
        printed.append(capsys.readouterr().out)

    assert ended.value.code == 1  # the embedded AWS lets everyone do everything
    assert printed[0] == printed[1]
    assert HARNESS_ONLY == printed[0].splitlines()[0] == printed[0].splitlines()[-1]


def test_a_run_elsewhere_than_on_aws_is_worth_no_more(sandbox, embedded_aws, tmp_path, capsys, monkeypatch):
    """The whole command, with another lake's credentials: it makes, asks, removes, records, and claims nothing."""
    for name, value in embedded_aws.environment("eu-west-1").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("conformance.__main__.boto3.Session", lambda **_: sandbox)
    monkeypatch.setattr("conformance.__main__.load_probes", lambda: ())
    recorded = tmp_path / "run.json"

    with pytest.raises(SystemExit) as ended:
        main(["--account", "390000000001", "--region", "eu-west-1", "--yes", "--record", str(recorded)])

    out, err = capsys.readouterr()
    assert ended.value.code == 0
    assert out.splitlines()[0] == HARNESS_ONLY
    assert "removing what was made" in err
    assert recorded.read_text(encoding="utf-8").startswith("{")


def test_only_aws_hosts_are_aws(sandbox, monkeypatch):
    """An endpoint on loopback stands in for AWS; the partition's own host names are AWS."""
    import boto3  # noqa: PLC0415  # a session of its own, with no endpoint from elsewhere

    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    own = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="eu-west-1")

    assert is_aws(own)
    assert not is_aws(sandbox)
