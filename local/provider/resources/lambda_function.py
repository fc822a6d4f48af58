"""
`aws:lambda/function:Function`.

Source: hashicorp/terraform-provider-aws, internal/service/lambda/function.go (`ForceNew` on `name` and `packageType`;
the defaults). The code is a zip file; where it is read from isn't read back, so a change of it elsewhere isn't drift.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from local.provider.account import Place
from local.provider.resource_type import Failure, Property, RefusedError, ResourceType
from local.provider.sdk_types import resource_shape
from local.provider.spelling import from_api, to_api
from local.provider.tags import tag_change
from local.provider.wire import Properties

_UNRESERVED = -1
_SETTINGS = ("description", "environment", "handler", "memorySize", "role", "runtime", "timeout")
_CODE = ("architectures", "code")


class Function(ResourceType):
    """A function; its identity is its name."""

    pulumi_type = "aws:lambda/function:Function"
    properties: ClassVar = {
        "architectures": Property(filled_in=True),
        "code": Property(),
        "description": Property(),
        "environment": Property(),
        "handler": Property(),
        "memorySize": Property(default=128),
        "name": Property(replaces=True, filled_in=True),
        "packageType": Property(replaces=True, default="Zip"),
        "reservedConcurrentExecutions": Property(default=_UNRESERVED),
        "role": Property(),
        "runtime": Property(),
        "timeout": Property(default=3),
    }
    computed = frozenset({"arn", "lastModified", "version"})
    name_property = "name"
    absent = frozenset({"ResourceNotFoundException"})

    def check(self, inputs: Properties) -> list[Failure]:
        return [] if "code" in inputs else [Failure("code", "missing; the stand-in provider builds no other code")]

    def create(self, place: Place, wanted: Properties) -> str:
        place.client("lambda").create_function(
            FunctionName=wanted["name"],
            Code={"ZipFile": _archive(wanted)},
            PackageType=wanted["packageType"],
            Tags=wanted["tagsAll"],
            **({"Architectures": wanted["architectures"]} if wanted.get("architectures") else {}),
            **self._settings(wanted),
        )
        return str(wanted["name"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        functions = place.client("lambda")
        if before and any(wanted.get(name) != before.get(name) for name in _CODE):
            architectures = {"Architectures": wanted["architectures"]} if wanted.get("architectures") else {}
            functions.update_function_code(FunctionName=identity, ZipFile=_archive(wanted), **architectures)
        if before and any(wanted.get(name) != before.get(name) for name in _SETTINGS):
            unset = {"Description": "", "Environment": {"Variables": {}}}
            functions.update_function_configuration(FunctionName=identity, **{**unset, **self._settings(wanted)})
        reserved = wanted["reservedConcurrentExecutions"]
        if reserved != before.get("reservedConcurrentExecutions", _UNRESERVED):
            if reserved == _UNRESERVED:
                functions.delete_function_concurrency(FunctionName=identity)
            else:
                functions.put_function_concurrency(FunctionName=identity, ReservedConcurrentExecutions=reserved)
        arn = place.arn("lambda", f"function:{identity}")
        change = tag_change(before, wanted) if before else tag_change({}, {})
        if change.to_remove:
            functions.untag_resource(Resource=arn, TagKeys=change.to_remove)
        if change.to_set:
            functions.tag_resource(Resource=arn, Tags=change.to_set)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        kind = resource_shape(self.pulumi_type).inputs.members["environment"].kind
        answer = place.client("lambda").get_function(FunctionName=identity)
        found = answer["Configuration"]
        environment = {"Variables": found.get("Environment", {}).get("Variables", {})}
        return {
            "architectures": found.get("Architectures"),
            "arn": place.arn("lambda", f"function:{identity}"),
            "description": found.get("Description"),
            "environment": from_api(kind, environment) if environment["Variables"] else None,
            "handler": found.get("Handler"),
            "lastModified": found["LastModified"],
            "memorySize": found["MemorySize"],
            "name": identity,
            "packageType": found.get("PackageType", "Zip"),
            "reservedConcurrentExecutions": int(
                answer.get("Concurrency", {}).get("ReservedConcurrentExecutions", _UNRESERVED)
            ),
            "role": found["Role"],
            "runtime": found.get("Runtime"),
            "tagsAll": answer.get("Tags", {}),
            "timeout": int(found["Timeout"]),
            "version": found["Version"],
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("lambda").delete_function(FunctionName=identity)

    def _settings(self, wanted: Properties) -> dict[str, Any]:
        """Return the settings that the program gives, as the API spells them."""
        members = resource_shape(self.pulumi_type).inputs.members
        return {
            name[0].upper() + name[1:]: to_api(members[name].kind, wanted[name])
            for name in _SETTINGS
            if wanted.get(name) is not None
        }


def _archive(wanted: Properties) -> bytes:
    """Return the code that a program points to, by a path relative to its project."""
    path = wanted["code"].get("path")
    if path is None:
        raise RefusedError("code: the stand-in provider reads an archive from a file only; use `FileArchive`")
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise RefusedError(f"code: `{path}` can't be read; run `make env`") from error
