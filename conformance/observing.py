"""Observation: what AWS answers to a probe's question, asked as the probe's caller."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from conformance.lake import TABLE, Lake
from conformance.probes import Probe
from conformance.rows import COLUMNS, OBJECT

_ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})
_POLLS = 120
_LONGEST_REMARK = 200

# How AWS says no. What a principal may not see doesn't exist for it, so that is a denial too: the scene has it.
_DENIALS = ("accessdenied", "access denied", "not authorized", "insufficient", "permission", "forbidden", "403")
_HIDDEN = ("entitynotfound", "does not exist", "not found", "cannot be resolved", "column_not_found")


class Outcome(str, Enum):
    """What came of a question."""

    ALLOW = "ALLOW"
    DENY = "DENY"
    UNCLEAR = "UNCLEAR"
    """AWS failed otherwise, so the answer says nothing about access."""
    NOT_RUN = "NOT_RUN"
    """The scene couldn't be built."""


@dataclass(frozen=True)
class Observation:
    """One answer of AWS's."""

    outcome: Outcome
    said: str = ""
    """AWS's own words where it didn't allow."""
    columns: tuple[str, ...] | None = None
    """Columns of a read's answer, sorted; `None` for other questions."""
    cells: int | None = None
    """How many values, NULL aside, a read's answer holds."""

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form that a recording holds."""
        given = asdict(self)
        return {**given, "outcome": self.outcome.value}

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> Observation:
        """Return the observation that a recording holds."""
        columns = written["columns"]
        return cls(
            Outcome(written["outcome"]), written["said"], None if columns is None else tuple(columns), written["cells"]
        )


@dataclass(frozen=True)
class Observer:
    """
    Asks AWS.

    Attributes:
        lake: The lake that was made, and the run's own credentials.
        pause: Seconds between two rounds.
        rounds: At most this many; a probe's last answer counts.

    """

    lake: Lake
    pause: float = 10.0
    rounds: int = 6

    def observe(self, probes: Iterable[Probe], tell: Callable[[str], None]) -> dict[str, Observation]:
        """
        Ask every probe's question in rounds, each until two answers in a row agree.

        AWS takes a while to know everywhere what was made, so one answer alone says little.

        Args:
            probes: Those whose scenes stand.
            tell: Takes a line on each round.

        """
        open_ = list(probes)
        seen: dict[str, Observation] = {}
        for number in range(self.rounds):
            if not open_:
                break
            tell(f"asking {len(open_)} probes, round {number + 1}")
            now = {probe.name: self._once(probe) for probe in open_}
            open_ = [probe for probe in open_ if seen.get(probe.name) != now[probe.name]]
            seen |= now
            time.sleep(self.pause)
        return seen

    def _once(self, probe: Probe) -> Observation:
        try:
            client = self._as_caller(probe)
            if probe.ask.read:
                return self._read(probe, client("athena"))
            if probe.ask.permission:
                return self._create_table(probe, client("glue"))
            return self._object(probe, client("s3"))
        except ClientError as error:
            return refusal(f"{error.response.get('Error', {}).get('Code', '')}: {error}")
        except BotoCoreError as error:
            return Observation(Outcome.UNCLEAR, str(error)[:_LONGEST_REMARK])

    def _as_caller(self, probe: Probe) -> Callable[[str], Any]:
        names, caller = self.lake.names, probe.scene.caller
        request: dict[str, Any] = {"RoleArn": names.role_arn(probe.name), "RoleSessionName": names.session}
        if caller.session_tags:
            request["Tags"] = [{"Key": key, "Value": value} for key, value in sorted(caller.session_tags.items())]
        if caller.session_policy:
            request["Policy"] = json.dumps({"Version": "2012-10-17", "Statement": list(caller.session_policy)})
        given = self.lake.insist(lambda: self.lake.client("sts").assume_role(**request))["Credentials"]

        def client(service: str) -> Any:  # noqa: ANN401  # boto3 makes its classes at run time
            return self.lake.session.client(
                service,
                region_name=names.region,
                aws_access_key_id=given["AccessKeyId"],
                aws_secret_access_key=given["SecretAccessKey"],
                aws_session_token=given["SessionToken"],
            )

        return client

    def _read(self, probe: Probe, athena: Any) -> Observation:  # noqa: ANN401  # boto3 makes its classes at run time
        names = self.lake.names
        query = f'SELECT * FROM "{names.database(probe.name)}"."{TABLE}"'  # noqa: S608  # names of our own
        started = athena.start_query_execution(QueryString=query, WorkGroup=names.workgroup)["QueryExecutionId"]
        status: dict[str, Any] = {"State": "QUEUED"}
        for _ in range(_POLLS):
            status = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
            if status["State"] in _ENDED:
                break
            time.sleep(min(self.pause, 1.0))
        if status["State"] != "SUCCEEDED":
            return refusal(str(status.get("StateChangeReason", status["State"])))
        answer = athena.get_query_results(QueryExecutionId=started)["ResultSet"]
        columns = [column["Name"] for column in answer["ResultSetMetadata"]["ColumnInfo"]]
        # The first row repeats the names.
        values = [value for row in answer["Rows"][1:] for value in row["Data"] if "VarCharValue" in value]
        return Observation(Outcome.ALLOW, "", tuple(sorted(columns)), len(values))

    def _object(self, probe: Probe, s3: Any) -> Observation:  # noqa: ANN401  # boto3 makes its classes at run time
        where = {"Bucket": self.lake.places(probe)["bucket"], "Key": f"{probe.name}/{OBJECT}"}
        if probe.ask.action == "s3:PutObject":
            s3.put_object(**where, Body=b"")
        else:
            s3.get_object(**where)["Body"].read()
        return Observation(Outcome.ALLOW)

    def _create_table(self, probe: Probe, glue: Any) -> Observation:  # noqa: ANN401  # as above
        names, places = self.lake.names, self.lake.places(probe)
        database, name = names.database(probe.name), "second"
        columns = [{"Name": column, "Type": kind} for column, kind in COLUMNS.items()]
        location = f"s3://{places['bucket']}/{probe.name}/"
        glue.create_table(
            DatabaseName=database,
            TableInput={"Name": name, "StorageDescriptor": {"Columns": columns, "Location": location}},
        )
        self.lake.client("glue").delete_table(DatabaseName=database, Name=name)
        return Observation(Outcome.ALLOW)


def refusal(said: str) -> Observation:
    """Return what a failure observes: a denial where AWS says so, or hides what the scene has; else nothing clear."""
    told = said.lower()
    denied = any(word in told for word in (*_DENIALS, *_HIDDEN))
    return Observation(Outcome.DENY if denied else Outcome.UNCLEAR, " ".join(said.split())[:_LONGEST_REMARK])
