"""
Querying: whether a principal could run a query at all: workgroup, results prefix and results key (`semantics.md` B20).

Beside reading the table, Athena needs a workgroup the principal may use, and writes and reads results as the
principal: into the workgroup's prefix where that is enforced, encrypted with the key it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lakeward.access.access_row import FREE, AccessRow, Path, standing
from lakeward.access.context import Context, ContextValue
from lakeward.access.iam import Judgement
from lakeward.access.lake_formation.catalog import path_of
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.requests import all_of, judge, keys
from lakeward.access.truth import NO, UNKNOWN, YES, Truth, possibly, surely
from lakeward.estate.entries import ResultConfiguration, ResultEncryption, WorkGroup, WorkGroupConfiguration

_STARTING = "athena:startqueryexecution"
_WORKGROUP_ACTIONS = (
    _STARTING,
    "athena:getqueryexecution",
    "athena:getqueryresults",
)
_OBJECT_ACTIONS = ("s3:putobject", "s3:getobject")
_BUCKET_ACTIONS = ("s3:getbucketlocation",)
_KEY_ACTIONS = ("kms:generatedatakey", "kms:decrypt")
_BY_ATHENA: dict[str, ContextValue] = {"aws:ViaAWSService": "true", "aws:CalledVia": ("athena.amazonaws.com",)}


@dataclass(frozen=True)
class RunningDoor:
    """One thing a query needs."""

    name: str
    truth: Truth
    why: str


@dataclass(frozen=True)
class Running:
    """Whether a query can run, in the workgroup that suits best."""

    workgroup: str
    """Empty where there is none."""
    doors: tuple[RunningDoor, ...]

    @property
    def truth(self) -> Truth:
        """Whether everything a query needs is there."""
        truth = YES if self.doors else NO
        for door in self.doors:
            truth &= door.truth
        return truth

    @property
    def answer(self) -> str:
        """`yes`, `no` or `possibly`."""
        return "yes" if surely(self.truth) else "possibly" if possibly(self.truth) else "no"

    def lines(self) -> list[str]:
        """Return the doors as text, one line each."""
        return [f"{door.name}: {door.why}" for door in self.doors]

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON."""
        doors = [{"door": door.name, "why": door.why} for door in self.doors]
        return {"answer": self.answer, "workgroup": self.workgroup, "doors": doors}


def can_run(prepared: PreparedEstate, caller: Caller, place: tuple[str, str]) -> Running:
    """Return whether a principal can run Athena queries in an account and Region."""
    region = prepared.estate.region(*place)
    workgroups = region.athena.work_groups if region is not None else ()
    found = [_in_workgroup(prepared, caller, place, workgroup) for workgroup in workgroups]
    if not found:
        known = region is not None and region.athena.work_groups.unknown is None
        truth, why = (NO, "there is none") if known else (UNKNOWN, "workgroups aren't described")
        return Running("", (RunningDoor("workgroup", truth, why),))
    # A workgroup that surely works first, then one that may, then the one where fewest doors are shut.
    return min(
        found,
        key=lambda running: (
            not surely(running.truth),
            not possibly(running.truth),
            sum(1 for door in running.doors if not possibly(door.truth)),
            running.workgroup,
        ),
    )


def _in_workgroup(prepared: PreparedEstate, caller: Caller, place: tuple[str, str], workgroup: WorkGroup) -> Running:
    arn = f"arn:aws:athena:{place[1]}:{place[0]}:workgroup/{workgroup.name}"
    use = all_of([judge(prepared, caller, action, arn) for action in _WORKGROUP_ACTIONS])
    doors = [RunningDoor(f"workgroup {workgroup.name}", use.allowed, _why(use))]
    results = _results_of(workgroup)
    if results is None:
        doors.append(RunningDoor("results prefix", UNKNOWN, "the workgroup names none: the query must"))
        return Running(workgroup.name, tuple(doors))
    bucket, prefix = results.bucket, results.prefix
    object_arn = f"arn:aws:s3:::{bucket}/{prefix}%{{any.result}}"
    writing = _encryption_headers(results.encryption)
    stored = all_of(
        [
            *(
                judge(prepared, caller, action, f"arn:aws:s3:::{bucket}", keys(_BY_ATHENA))
                for action in _BUCKET_ACTIONS
            ),
            *(judge(prepared, caller, action, object_arn, writing) for action in _OBJECT_ACTIONS),
        ]
    )
    doors.append(RunningDoor(f"results prefix s3://{bucket}/{prefix}", stored.allowed, _why(stored)))
    key = _key_reference(prepared, bucket, results.encryption)
    if key is not None:
        doors.append(_key_door(prepared, caller, place, key, object_arn, _KEY_ACTIONS))
    return Running(workgroup.name, tuple(doors))


def result_rows(prepared: PreparedEstate, callers: Sequence[Caller]) -> Iterator[AccessRow]:
    """
    Yield who may read query results that others leave: objects below a workgroup's results prefix (B20).

    A row for whoever may read them while somebody else surely works in the workgroup.
    """
    for account, region_name, region in prepared.regions():
        for workgroup in region.athena.work_groups:
            stored = _results_of(workgroup)
            if stored is None:
                continue
            arn = f"arn:aws:athena:{region_name}:{account}:workgroup/{workgroup.name}"
            users = {caller for caller in callers if surely(judge(prepared, caller, _STARTING, arn, FREE).allowed)}
            for caller in callers:
                if users - {caller}:
                    truth = _reads_results(prepared, caller, (account, region_name), stored)
                    if possibly(truth):
                        name = caller.principal.role_arn or caller.principal.arn
                        place = f"arn:aws:s3:::{stored.bucket}/{stored.prefix}*"
                        yield AccessRow(name, place, "s3:GetObject", (), None, Path.OBJECTS, *standing(truth))


@dataclass(frozen=True)
class _Results:
    """Where a workgroup keeps its results."""

    bucket: str
    prefix: str
    """With a slash at the end, or empty."""
    encryption: ResultEncryption | None


def _results_of(workgroup: WorkGroup) -> _Results | None:
    configuration = workgroup.configuration
    result = configuration.result_configuration if isinstance(configuration, WorkGroupConfiguration) else None
    location = result.output_location if isinstance(result, ResultConfiguration) else None
    path = path_of(location) if location is not None else None
    if path is None or not isinstance(result, ResultConfiguration):
        return None
    encryption = result.encryption_configuration
    bucket, _, prefix = path.partition("/")
    return _Results(
        bucket,
        f"{prefix.rstrip('/')}/" if prefix.strip("/") else "",
        encryption if isinstance(encryption, ResultEncryption) else None,
    )


def _reads_results(prepared: PreparedEstate, caller: Caller, place: tuple[str, str], stored: _Results) -> Truth:
    object_arn = f"arn:aws:s3:::{stored.bucket}/{stored.prefix}%{{any.result}}"
    truth = judge(prepared, caller, "s3:getobject", object_arn, FREE).allowed
    key = _key_reference(prepared, stored.bucket, stored.encryption)
    if key is None or not possibly(truth):
        return truth
    return truth & _key_door(prepared, caller, place, key, object_arn, ("kms:decrypt",)).truth


def _encryption_headers(encryption: ResultEncryption | None) -> Context:
    values = dict(_BY_ATHENA)
    if encryption is not None and encryption.encryption_option in ("SSE_KMS", "SSE_S3"):
        algorithm = "aws:kms" if encryption.encryption_option == "SSE_KMS" else "AES256"
        values["s3:x-amz-server-side-encryption"] = algorithm
        if encryption.kms_key is not None:
            values["s3:x-amz-server-side-encryption-aws-kms-key-id"] = encryption.kms_key
    return keys(values)


def _key_reference(prepared: PreparedEstate, bucket: str, encryption: ResultEncryption | None) -> str | None:
    if encryption is not None and encryption.encryption_option in ("SSE_KMS", "CSE_KMS"):
        return encryption.kms_key
    if encryption is not None and encryption.encryption_option == "SSE_S3":
        return None
    found = prepared.buckets.get(bucket)
    default = found.entry.encryption if found is not None else None
    return getattr(default, "kms_master_key_id", None)


def _key_door(  # noqa: PLR0913, PLR0917  # the parts of one request
    prepared: PreparedEstate,
    caller: Caller,
    place: tuple[str, str],
    reference: str,
    object_arn: str,
    actions: Iterable[str],
) -> RunningDoor:
    bucket = object_arn.split(":", 5)[-1].partition("/")[0]
    key = prepared.key_named(reference, *place)
    if key is None:
        return RunningDoor("results key", UNKNOWN, f"{reference} isn't described")
    placed = prepared.buckets.get(bucket)
    enabled = getattr(placed.entry.encryption, "bucket_key_enabled", False) if placed is not None else False
    context = keys(
        {
            "kms:ViaService": f"s3.{key.region}.amazonaws.com",
            "kms:CallerAccount": caller.principal.account or "",
            "kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}" if enabled is True else object_arn,
            "kms:EncryptionContextKeys": ("aws:s3:arn",),
            "aws:ViaAWSService": "true",
            "aws:CalledVia": ("athena.amazonaws.com", "s3.amazonaws.com"),
        }
    )
    used = all_of([judge(prepared, caller, action, key.arn, context) for action in actions])
    alias = next(iter(key.entry.aliases), key.arn)
    return RunningDoor(f"results key {alias}", used.allowed, _why(used))


def _why(judgement: Judgement) -> str:
    if surely(judgement.allowed):
        return "allowed"
    verb = "may be shut" if possibly(judgement.allowed) else "shut"
    layers = ", ".join(layer.value for layer in judgement.failing)
    first = next(iter(judgement.reasons()), None)
    statement = f" by `{first.statement}` of {first.policy}" if first is not None and first.statement else ""
    return f"{verb} at {layers}{statement}"
