"""
The provider's own configuration: how `aws.Provider(…)` becomes an account to work in.

On the wire every argument is a string; what isn't text is JSON in it. Unknown arguments are refused by the SDK's
own list, and those that would lead the official provider elsewhere (profiles, files, proxies) by name.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from local.provider.account import Account, Clients, Credentials, require_loopback
from local.provider.checks import shape_failures
from local.provider.resource_type import Failure
from local.provider.sdk_types import ListOf, Nested, provider_arguments
from local.provider.wire import UNKNOWN, Properties, Value, holds_unknown

_HEEDED = frozenset({
    "accessKey", "allowedAccountIds", "assumeRoles", "defaultTags", "endpoints", "forbiddenAccountIds",
    "region", "secretKey", "token",
})  # fmt: skip

# True for the embedded AWS whatever they say: it has no metadata service, and buckets stand in the path.
_WITHOUT_EFFECT = frozenset({
    "insecure", "maxRetries", "retryMode", "s3UsePathStyle", "skipCredentialsValidation", "skipMetadataApiCheck",
    "skipRegionValidation", "skipRequestingAccountId", "userAgents",
})  # fmt: skip

_ENGINES_OWN = frozenset({"version", "pluginDownloadURL"})


class ConfigurationRefusedError(Exception):
    """The provider can't work with this configuration; the text says why."""


@dataclass(frozen=True, kw_only=True)
class AssumedRole:
    """One step on the way to the account."""

    role_arn: str
    session_name: str
    external_id: str | None


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """A provider's configuration."""

    region: str
    endpoints: Mapping[str, str]
    """URL by boto3 service name."""
    credentials: Credentials
    assumed_roles: tuple[AssumedRole, ...]
    allowed_accounts: frozenset[str]
    """Twelve digits each; empty: any."""
    forbidden_accounts: frozenset[str]
    default_tags: Mapping[str, str]


def parse(arguments: Properties) -> Properties:
    """Arguments as they came, with JSON taken out of its strings where the SDK's type isn't text."""
    members = provider_arguments().members
    return {
        name: _parsed(value) if name in members and isinstance(value, str) and _is_json(members[name].kind) else value
        for name, value in arguments.items()
        if name not in _ENGINES_OWN
    }


def failures(arguments: Properties) -> list[Failure]:
    """Everything wrong with parsed arguments."""
    shape = provider_arguments()
    found = list(shape_failures(shape, _with_account_ids_as_text(arguments)))
    wrong = {failure.property for failure in found}
    for name in sorted(arguments.keys() - _HEEDED - _WITHOUT_EFFECT - wrong):
        if name in shape.members and arguments[name] not in (False, "", [], {}):
            nearest = difflib.get_close_matches(name, _HEEDED, n=1)
            remedy = f"; use `{nearest[0]}`" if nearest else ""
            found.append(Failure(name, f"the stand-in provider doesn't heed this argument{remedy}"))
    return found


def configuration(arguments: Properties, environment: Mapping[str, str] | None = None) -> Configuration | None:
    """
    Return what parsed arguments and the environment make, or `None` while an argument is unknown.

    Raises:
        ConfigurationRefusedError: no Region or no credentials.
        RefusedEndpointError: an endpoint that isn't loopback.

    """
    if holds_unknown(arguments):
        return None
    environment = os.environ if environment is None else environment
    region = arguments.get("region") or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if not region:
        raise ConfigurationRefusedError("region: missing; set it on the provider, or AWS_REGION")
    access_key = arguments.get("accessKey") or environment.get("AWS_ACCESS_KEY_ID")
    secret_key = arguments.get("secretKey") or environment.get("AWS_SECRET_ACCESS_KEY")
    if not access_key or not secret_key:
        raise ConfigurationRefusedError(
            "credentials: missing; the stand-in provider takes those of the embedded AWS from AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, never from a profile",
        )
    endpoints = {
        service: require_loopback(url)
        for endpoint in arguments.get("endpoints", [])
        for service, url in endpoint.items()
        if url
    }
    return Configuration(
        region=region,
        endpoints=endpoints,
        credentials=Credentials(
            access_key=access_key,
            secret_key=secret_key,
            token=arguments.get("token") or environment.get("AWS_SESSION_TOKEN"),
        ),
        assumed_roles=tuple(
            AssumedRole(
                role_arn=role["roleArn"],
                session_name=role.get("sessionName") or "lakeward",
                external_id=role.get("externalId"),
            )
            for role in arguments.get("assumeRoles", [])
            if role.get("roleArn")
        ),
        allowed_accounts=frozenset(_account_id(one) for one in arguments.get("allowedAccountIds", [])),
        forbidden_accounts=frozenset(_account_id(one) for one in arguments.get("forbiddenAccountIds", [])),
        default_tags=dict(arguments.get("defaultTags", {}).get("tags", {})),
    )


def open_account(wanted: Configuration, environment: Mapping[str, str] | None = None) -> Account:
    """
    Walk the roles to the account, and make sure that it is the right one.

    Raises:
        ConfigurationRefusedError: a role can't be assumed, or the account isn't allowed; both ids are in the text.
        RefusedEndpointError: no endpoint, or one that isn't loopback.

    """
    environment = os.environ if environment is None else environment
    default_endpoint = environment.get("AWS_ENDPOINT_URL")
    clients = Clients(wanted.credentials, wanted.endpoints, default_endpoint)
    try:
        for role in wanted.assumed_roles:
            clients = clients.acting_as(_assume(clients, wanted.region, role))
        identity = clients.client("sts", wanted.region).get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise ConfigurationRefusedError(f"the embedded AWS doesn't answer as configured: {error}") from error
    account_id = identity["Account"]
    if wanted.allowed_accounts and account_id not in wanted.allowed_accounts:
        raise ConfigurationRefusedError(
            f"allowedAccountIds: the credentials belong to account {account_id}, "
            f"allowed is {', '.join(sorted(wanted.allowed_accounts))}; use that account's credentials or roles",
        )
    if account_id in wanted.forbidden_accounts:
        raise ConfigurationRefusedError(
            f"forbiddenAccountIds: the credentials belong to account {account_id}, "
            f"forbidden is {', '.join(sorted(wanted.forbidden_accounts))}; use another account's credentials or roles",
        )
    return Account(account_id, identity["Arn"].split(":")[1], wanted.region, clients)


def _assume(clients: Clients, region: str, role: AssumedRole) -> Credentials:
    request = {"RoleArn": role.role_arn, "RoleSessionName": role.session_name}
    if role.external_id:
        request["ExternalId"] = role.external_id
    answer = clients.client("sts", region).assume_role(**request)["Credentials"]
    return Credentials(
        access_key=answer["AccessKeyId"], secret_key=answer["SecretAccessKey"], token=answer["SessionToken"]
    )


def _is_json(kind: Value) -> bool:
    return isinstance(kind, (ListOf, Nested)) or getattr(kind, "python", str) is not str


def _parsed(text: str) -> Value:
    if text == UNKNOWN:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _account_id(written: Value) -> str:
    """Twelve digits, also where YAML made a number of them and dropped leading zeros."""
    return str(written).zfill(12)


def _with_account_ids_as_text(arguments: Properties) -> Properties:
    lists = {"allowedAccountIds", "forbiddenAccountIds"}
    return {
        name: [_account_id(one) if isinstance(one, int) else one for one in value]
        if name in lists and isinstance(value, list)
        else value
        for name, value in arguments.items()
    }
