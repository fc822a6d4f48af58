"""The shared buckets, each with a key of its own: who reads them is one value in both documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import buckets, keys
from lakeward.documents.members import Members
from lakeward.documents.statement import in_sid
from lakeward.model import SharedBucket, ZoneName
from lakeward.plan.buckets import ACCESS_LOGS
from lakeward.plan.declarations import DataKeyArgs, LakeBucketArgs
from lakeward.plan.keys import administrators
from lakeward.plan.personas import break_glass
from lakeward.plan.tagging import tagged

ARTIFACTS = "artifacts"
"""The zone of every shared bucket, as its tag says it: no data of the lake."""


def shared_buckets(config: StackConfig) -> Iterator[DataKeyArgs | LakeBucketArgs]:
    """Declare every shared bucket and its key."""
    for shared in config.shared_buckets:
        yield _key(config, shared)
        yield _bucket(config, shared)


def _key(config: StackConfig, shared: SharedBucket) -> DataKeyArgs:
    alias = config.names.key_alias(shared.name)
    bucket = config.names.bucket_arn(shared.name)
    via = config.names.service_host("s3")
    return DataKeyArgs(
        logical_name=names.data_key(shared.name),
        tags=tagged(config, zone=ARTIFACTS, kind="data"),
        alias=alias,
        description=f"Encrypts the shared bucket {shared.name} of the lake {config.stack}",
        policy=keys.key_policy(
            alias,
            administrators(config),
            *keys.shared_use(_readers(config, shared), shared.writers, bucket, via),
            *(keys.break_glass_use(role, bucket, via) for role in break_glass(config)),
        ).render(),
    )


def _bucket(config: StackConfig, shared: SharedBucket) -> LakeBucketArgs:
    policy = buckets.shared_policy(
        config.names.bucket_arn(shared.name),
        config.account,
        _readers(config, shared),
        writers=shared.writers,
        break_glass=break_glass(config),
    )
    return LakeBucketArgs(
        logical_name=names.lake_bucket(shared.name),
        tags=tagged(config, zone=ARTIFACTS),
        name=config.names.bucket(shared.name),
        policy=policy.render(),
        key=names.data_key(shared.name),
        bucket_key_enabled=True,
        access_log_bucket=config.names.bucket(ZoneName.LOGS),
        access_log_prefix=f"{ACCESS_LOGS}/{shared.name}/",
        expire_days=shared.expire_days,
    )


def _readers(config: StackConfig, shared: SharedBucket) -> Mapping[str, Members]:
    """Return the readers by how their roles are named: OUs whose roles are named alike share a statement."""
    found: dict[str, Members] = {}
    for readers in shared.readers:
        named = config.names.member_roles_arn(readers.role_path, readers.role_name)
        sid = in_sid(f"{readers.role_path.strip('/')}-{readers.role_name}")
        before = found.get(sid)
        together = {readers.paths, *(before.paths if before else ())}
        found[sid] = Members(organization=readers.path.organization, paths=tuple(sorted(together)), roles=(named,))
    return found
