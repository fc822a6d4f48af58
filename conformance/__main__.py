"""
Hold the access model against an AWS account of one's own: `python -m conformance --account N --region R --yes`.

Exit codes: 0 every answer is as predicted, 1 one differs, 2 the call is wrong, 3 AWS failed, a question got no clear
answer, or something that was made couldn't be removed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from conformance.findings import Agreement, Finding, report
from conformance.probes import load_probes
from conformance.run import Recording, confirm, fresh_names, run
from lakeward.errors import LakewardError, OutsideServiceError, UsageError

_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_AWS = (".amazonaws.com", ".amazonaws.com.cn")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--account", default="", help="The sandbox account, 12 digits; must be that of the credentials.")
@click.option("--region", default="", help="Where the lake is made.")
@click.option("--yes", is_flag=True, help="Yes, make a lake in that account and remove it again.")
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="Write what was seen to this file.")
@click.option(
    "--recorded",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare with what an earlier run saw; asks nobody, and proves the harness only.",
)
def command(account: str, region: str, *, yes: bool, record: Path | None, recorded: Path | None) -> None:
    """Hold what the access model predicts against what an AWS account answers."""
    if recorded is not None:
        findings = Recording.from_json(recorded.read_text(encoding="utf-8")).findings(load_probes())
        _finish(findings, [], is_aws=False)
        return
    _refuse(account, region, yes=yes)
    session = boto3.Session(region_name=region)
    try:
        confirm(session, account, region)
        recording, left = run(session, fresh_names(account, region), load_probes(), tell=_tell)
    except (BotoCoreError, ClientError) as error:
        raise OutsideServiceError(f"AWS: {error}") from error
    if record is not None:
        record.write_text(recording.to_json(), encoding="utf-8")
    _finish(recording.findings(load_probes()), left, is_aws=is_aws(session))


def is_aws(session: boto3.Session) -> bool:
    """Return whether a session's requests go to AWS itself and not to something that stands in for it."""
    host = urlsplit(session.client("sts").meta.endpoint_url).hostname or ""
    return host.endswith(_AWS)


def _refuse(account: str, region: str, *, yes: bool) -> None:
    if not _ACCOUNT.fullmatch(account):
        raise UsageError("--account", "the sandbox account isn't named", "give its 12 digits")
    if not _REGION.fullmatch(region):
        raise UsageError("--region", "the Region isn't named", "give one, as in `--region eu-west-1`")
    if not yes:
        raise UsageError(
            "--yes",
            f"this makes roles, buckets, keys, tables and grants in account {account} and costs a little",
            "give `--yes` if that is a sandbox",
        )


def _tell(line: str) -> None:
    click.echo(f"conformance: {line}", err=True)


def _finish(findings: list[Finding], left: list[str], *, is_aws: bool) -> None:
    for line in report(findings, is_aws=is_aws):
        click.echo(line)
    agreements = {finding.agreement for finding in findings}
    if left or (agreements & {Agreement.UNCLEAR, Agreement.NOT_RUN} and Agreement.DIFFERS not in agreements):
        sys.exit(3)
    sys.exit(int(Agreement.DIFFERS in agreements))


def main(arguments: list[str] | None = None) -> None:
    """Run the command; errors for people become lines on standard error."""
    try:
        command.main(arguments, prog_name="conformance", standalone_mode=False)
    except LakewardError as error:
        for line in error.lines():
            click.echo(line, err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(f"conformance: {' '.join(error.format_message().split())}; see --help", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


if __name__ == "__main__":
    main()
