"""The account that a stack is delivered to, looked at before anything in it is read."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from components.providers.connection import Connection, Session
from lakeward.config import StackConfig
from lakeward.errors import ConfigurationError, OutsideServiceError, Problem


def reach(config: StackConfig) -> Session:
    """
    Go the way to the stack's account that its configuration names.

    Raises:
        OutsideServiceError: there are no credentials, a role can't be taken, or they lead to another account.
        ConfigurationError: they are those of another role than the deployer, who would lose the lake by this.

    """
    connection = Connection(
        account=config.account, region=config.region, assume_roles=tuple(map(str, config.assume_roles))
    )
    try:
        session = connection.open()
        role = role_of(session)
    except (BotoCoreError, ClientError) as error:
        raise OutsideServiceError(f"AWS: {error}; log in to account {config.account} and try again") from error
    if role != config.deployer:
        raise ConfigurationError(
            [
                Problem(
                    "lakeward:deployer",
                    f"you deploy as {role}, who would be no data lake administrator afterwards",
                    f"deploy as {config.deployer}, or name {role} there",
                )
            ]
        )
    return session


def role_of(session: Session) -> str:
    """
    Return the ARN of the role that a session is of, or of the user.

    A session's own ARN has lost the role's path, so that IAM is asked for the role.
    """
    arn: str = session.client("sts").get_caller_identity()["Arn"]
    if ":assumed-role/" not in arn:
        return arn
    name = arn.split("/")[1]
    role: dict[str, Any] = session.client("iam").get_role(RoleName=name)["Role"]
    return str(role["Arn"])


def check_home(state: dict[str, Any], config: StackConfig) -> None:
    """
    Make sure that a stack stays where it was deployed.

    Args:
        state: As `pulumi stack export` writes it.
        config: Where it is to go.

    Raises:
        ConfigurationError: it stands in another account or Region.

    """
    for resource in state["deployment"].get("resources") or ():
        if resource["type"] != "pulumi:providers:aws":
            continue
        inputs = resource["inputs"]
        there = {"account": next(iter(_listed(inputs.get("allowedAccountIds"))), None), "region": inputs.get("region")}
        problems = [
            Problem(
                f"lakeward:{key}",
                f"the stack stands in {there[key]}, not in {wanted}",
                "say so again, or make a stack of another name for the other place",
            )
            for key, wanted in (("account", config.account), ("region", config.region))
            if there[key] not in {None, wanted}
        ]
        if problems:
            raise ConfigurationError(problems)


def _listed(value: object) -> list[Any]:
    """Read a list of a provider's inputs, which the engine keeps as JSON text."""
    if isinstance(value, str):
        value = json.loads(value)
    return value if isinstance(value, list) else []
