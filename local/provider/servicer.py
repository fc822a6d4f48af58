# ruff: noqa: N802 - the protocol names its methods
"""
Pulumi's ResourceProvider protocol, the same for every resource type.

The engine calls from many threads at once; the only state is the configured account, set once by `Configure`.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass

import grpc
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from local.provider import checks, configuration
from local.provider.account import Account, Place, RefusedEndpointError
from local.provider.differences import Change, Difference, differences, reconcile
from local.provider.resource_type import Failure, RefusedError, ResourceType
from local.provider.resources import resource_types
from local.provider.sdk_types import ResourceShape, resource_shape
from local.provider.wire import UNKNOWN, Properties, decode, encode, holds_unknown

_KINDS = {
    (Change.ADD, False): provider_pb2.PropertyDiff.ADD,
    (Change.ADD, True): provider_pb2.PropertyDiff.ADD_REPLACE,
    (Change.DELETE, False): provider_pb2.PropertyDiff.DELETE,
    (Change.DELETE, True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    (Change.UPDATE, False): provider_pb2.PropertyDiff.UPDATE,
    (Change.UPDATE, True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


class HalfCreatedError(Exception):
    """A resource exists but isn't as wanted: the engine records it, and the next `up` configures it again."""

    def __init__(self, record: provider_pb2.ErrorResourceInitFailed) -> None:
        super().__init__("; ".join(record.reasons))
        self.record = record


@dataclass(frozen=True)
class _Configured:
    """What `Configure` has set."""

    region: str
    default_tags: dict[str, str]
    account: Account | None
    """`None` while the configuration holds an unknown: enough for a preview."""


class StandInProvider(provider_pb2_grpc.ResourceProviderServicer):
    """
    The servicer of one provider instance.

    Every method answers a message or ends the call with one line that the engine shows as it is.
    """

    def __init__(self) -> None:
        self._types = resource_types()
        self._configured: _Configured | None = None

    def Handshake(
        self,
        _request: provider_pb2.ProviderHandshakeRequest,
        _context: grpc.ServicerContext,
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Say what this provider can take; secrets come in clear, so that documents can be compared."""
        return provider_pb2.ProviderHandshakeResponse(supports_autonaming_configuration=True)

    def GetPluginInfo(
        self,
        _request: Empty,
        _context: grpc.ServicerContext,
    ) -> plugin_pb2.PluginInfo:
        """Report the SDK's version: the engine warns of an older provider."""
        return plugin_pb2.PluginInfo(version=importlib.metadata.version("pulumi-aws"))

    def Attach(
        self,
        _request: plugin_pb2.PluginAttach,
        _context: grpc.ServicerContext,
    ) -> Empty:
        """Accept to be debugged."""
        return Empty()

    def Cancel(self, _request: Empty, _context: grpc.ServicerContext) -> Empty:
        """Let what is under way finish: every call here is short, and its result is worth recording."""
        return Empty()

    def CheckConfig(
        self,
        request: provider_pb2.CheckRequest,
        _context: grpc.ServicerContext,
    ) -> provider_pb2.CheckResponse:
        """Refuse arguments that the provider doesn't know."""
        found = configuration.failures(configuration.parse(decode(request.news)))
        return provider_pb2.CheckResponse(inputs=request.news, failures=_check_failures(found))

    def DiffConfig(
        self,
        request: provider_pb2.DiffRequest,
        _context: grpc.ServicerContext,
    ) -> provider_pb2.DiffResponse:
        """Report changed arguments, so that the engine configures anew; resources decide for themselves."""
        old = configuration.parse(decode(request.old_inputs if request.old_inputs.fields else request.olds))
        new = configuration.parse(decode(request.news))
        changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=changed,
        )

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Open the account."""
        with _Answering(context, "configure"):
            arguments = configuration.parse(decode(request.args))
            refused = configuration.failures(arguments)
            if refused:
                raise RefusedError("; ".join(f"{one.property}: {one.reason}" for one in refused))
            wanted = configuration.configuration(arguments)
            if wanted is None:
                self._configured = _Configured(arguments.get("region", UNKNOWN), {}, None)
            else:
                account = configuration.open_account(wanted)
                self._configured = _Configured(wanted.region, dict(wanted.default_tags), account)
        return provider_pb2.ConfigureResponse(supportsPreview=True, supports_autonaming_configuration=True)

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        """Refuse: the program calls no function of the provider."""
        with _Answering(context, request.tok):
            raise RefusedError("the stand-in provider has no functions; the program derives what it needs")
        return provider_pb2.InvokeResponse()

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Judge inputs and fill in defaults and names."""
        with _Answering(context, request.urn):
            resource_type, shape = self._type(request.urn)
            inputs = checks.completed(resource_type, decode(request.news))
            self._name(resource_type, request, inputs)
            found = checks.failures(resource_type, shape, inputs)
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=_check_failures(found))

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Compare recorded inputs with new ones, and what the provider's own configuration decides."""
        with _Answering(context, request.urn):
            resource_type, shape = self._type(request.urn)
            state, new = decode(request.olds), decode(request.news)
            old = decode(request.old_inputs) if request.old_inputs.fields else state
            found = differences(resource_type, shape.inputs, _without_region(old), _without_region(new))
            found += self._configured_differences(shape, state, new, found)
            ignored = [_normal_path(path) for path in request.ignoreChanges]
            found = [one for one in found if not any(_covers(path, one.path) for path in ignored)]
        replacing = sorted({re.split(r"[.\[]", one.path)[0] for one in found if one.replaces})
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if found else provider_pb2.DiffResponse.DIFF_NONE,
            replaces=replacing,
            diffs=sorted({re.split(r"[.\[]", one.path)[0] for one in found}),
            deleteBeforeReplace=bool(replacing) and resource_type.deletes_first,
            detailedDiff={
                one.path: provider_pb2.PropertyDiff(kind=_KINDS[one.change, one.replaces], inputDiff=True)
                for one in found
            },
            hasDetailedDiff=True,
        )

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Create a resource; in a preview, say what would be known and what not."""
        with _Answering(context, request.urn):
            resource_type, shape = self._type(request.urn)
            inputs = decode(request.properties)
            if request.preview:
                return provider_pb2.CreateResponse(properties=encode(self._previewed(resource_type, shape, inputs, {})))
            place = self._place(inputs.get("region"))
            wanted = self._wanted(shape, inputs)
            identity = resource_type.create(place, wanted)
            try:
                resource_type.configure(place, identity, wanted, {})
                state = self._state(resource_type, shape, place, identity, inputs)
            except Exception as error:
                readable = self._half_created(resource_type, shape, place, identity, inputs)
                raise HalfCreatedError(
                    provider_pb2.ErrorResourceInitFailed(
                        id=identity,
                        inputs=encode(inputs),
                        properties=encode(readable),
                        reasons=[_explained(error)],
                    )
                ) from error
        return provider_pb2.CreateResponse(id=identity, properties=encode(state))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """Say what is really there. Without recorded inputs it is an import; `<id>@<region>` names another Region."""
        with _Answering(context, request.urn):
            resource_type, shape = self._type(request.urn)
            known, declared = decode(request.properties), decode(request.inputs)
            importing = not declared
            identity, region = request.id, known.get("region")
            if importing and "region" in shape.inputs.members and "@" in identity:
                identity, _, region = identity.rpartition("@")
            place = self._place(region)
            real = self._real(resource_type, place, identity, known)
            if real is None:
                return provider_pb2.ReadResponse()
            real = self._with_tags(shape, real, declared)
            inputs = reconcile(resource_type, shape.inputs, declared, real, importing=importing)
            state = _outputs(shape, known, real, inputs)
        return provider_pb2.ReadResponse(id=identity, properties=encode(state), inputs=encode(inputs))

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Bring a resource to its new inputs."""
        with _Answering(context, request.urn):
            resource_type, shape = self._type(request.urn)
            before, inputs = decode(request.olds), decode(request.news)
            if request.preview or holds_unknown(inputs):
                properties = self._previewed(resource_type, shape, inputs, before)
                return provider_pb2.UpdateResponse(properties=encode(properties))
            place = self._place(before.get("region"))
            resource_type.configure(place, request.id, self._wanted(shape, inputs), before)
            state = self._state(resource_type, shape, place, request.id, inputs)
        return provider_pb2.UpdateResponse(properties=encode(state))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        """Delete a resource; one that is gone already counts as deleted."""
        with _Answering(context, request.urn):
            resource_type, _ = self._type(request.urn)
            state = decode(request.properties)
            try:
                resource_type.delete(self._place(state.get("region")), request.id, state)
            except ClientError as error:
                if error_code(error) not in resource_type.absent:
                    raise
        return Empty()

    def _type(self, urn: str) -> tuple[ResourceType, ResourceShape]:
        token = urn.split("::")[2].rpartition("$")[2]
        if token not in self._types:
            raise RefusedError(
                f"the stand-in provider doesn't build `{token}`; use `make up PROVIDER=official`, "
                "or add a file to local/provider/resources"
            )
        return self._types[token], resource_shape(token)

    def _settings(self) -> _Configured:
        if self._configured is None:
            raise RefusedError("the provider isn't configured")
        return self._configured

    def _place(self, region: str | None) -> Place:
        account = self._settings().account
        if account is None:
            raise RefusedError("the provider's configuration isn't known yet")
        return account.place(region)

    def _name(self, resource_type: ResourceType, request: provider_pb2.CheckRequest, inputs: Properties) -> None:
        name = resource_type.name_property
        if name is None or name in inputs:
            return
        old = decode(request.olds).get(name)
        proposed = request.autonaming.proposed_name
        logical = request.urn.rpartition("::")[2]
        inputs[name] = old or proposed or f"{logical}-{request.randomSeed.hex()[:7]}"

    def _tags(self, shape: ResourceShape, inputs: Properties) -> Properties:
        """`tagsAll`, for a type that has it: the provider's default tags below the resource's own."""
        if "tagsAll" not in shape.outputs:
            return {}
        tags = inputs.get("tags", {})
        return {"tagsAll": UNKNOWN if tags == UNKNOWN else {**self._settings().default_tags, **tags}}

    def _wanted(self, shape: ResourceShape, inputs: Properties) -> Properties:
        return {**inputs, **self._tags(shape, inputs)}

    def _with_tags(self, shape: ResourceShape, real: Properties, declared: Properties) -> Properties:
        """Return what was read, with the default tags taken out of `tags`: there they would look like drift."""
        if "tagsAll" not in shape.outputs:
            return real
        defaults, said = self._settings().default_tags, declared.get("tags", {})
        tags = {key: value for key, value in real["tagsAll"].items() if key in said or defaults.get(key) != value}
        return {**real, "tags": tags}

    def _configured_differences(
        self, shape: ResourceShape, state: Properties, new: Properties, found: Iterable[Difference]
    ) -> list[Difference]:
        """Another Region replaces a regional resource; other default tags update one with tags."""
        changed = []
        region = new.get("region", self._settings().region)
        if "region" in shape.inputs.members and state.get("region", region) != region:
            changed.append(Difference("region", Change.UPDATE, replaces=True))
        tags = self._tags(shape, new).get("tagsAll", {})
        tags_differ = any(_covers("tags", one.path) for one in found)
        if not tags_differ and state.get("tagsAll", tags) != tags:
            changed.append(Difference("tagsAll", Change.UPDATE, replaces=False))
        return changed

    def _previewed(
        self, resource_type: ResourceType, shape: ResourceShape, inputs: Properties, before: Properties
    ) -> Properties:
        """Return inputs, and the sentinel for what AWS will decide; a computed output that exists already stays."""
        decided = resource_type.computed | {
            path for path, known in resource_type.properties.items() if known.filled_in and "." not in path
        }
        outputs = {name: before.get(name, UNKNOWN) for name in decided if name not in inputs}
        if "region" in shape.outputs:
            outputs["region"] = self._settings().region
        return {**outputs, **inputs, **self._tags(shape, inputs)}

    def _real(self, resource_type: ResourceType, place: Place, identity: str, known: Properties) -> Properties | None:
        try:
            real = resource_type.read(place, identity, known)
        except ClientError as error:
            if error_code(error) in resource_type.absent:
                return None
            raise
        regional = "region" in resource_shape(resource_type.pulumi_type).inputs.members
        return {**real, "region": place.region} if real is not None and regional else real

    def _state(
        self, resource_type: ResourceType, shape: ResourceShape, place: Place, identity: str, inputs: Properties
    ) -> Properties:
        real = self._real(resource_type, place, identity, self._wanted(shape, inputs))
        if real is None:
            raise RefusedError("it was gone right after it was written")
        real = self._with_tags(shape, real, inputs)
        declared = reconcile(resource_type, shape.inputs, inputs, real, importing=False)
        return _outputs(shape, inputs, real, declared)

    def _half_created(
        self, resource_type: ResourceType, shape: ResourceShape, place: Place, identity: str, inputs: Properties
    ) -> Properties:
        """Return what can be read of a resource whose configuration failed; at least where it is."""
        try:
            real = self._real(resource_type, place, identity, {})
        except (BotoCoreError, ClientError):
            real = None
        read = self._with_tags(shape, real, inputs) if real else {"region": place.region}
        return _outputs(shape, {}, read, {})


# Errors whose text was written for the reader, or by botocore without the values of parameters.
_FOR_PEOPLE = (
    BotoCoreError,
    HalfCreatedError,
    RefusedError,
    RefusedEndpointError,
    configuration.ConfigurationRefusedError,
)


def error_code(error: ClientError) -> str:
    """AWS's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


class _Answering:
    """Ends the call with a line for people, whatever happens inside."""

    def __init__(self, context: grpc.ServicerContext, subject: str) -> None:
        self._context = context
        self._subject = subject.rpartition("::")[2] or subject

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, Exception):
            return
        reason = f"{self._subject}: {_explained(error)}"
        if isinstance(error, HalfCreatedError):
            detail = AnyMessage()
            detail.Pack(error.record)
            status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason, details=[detail])
            self._context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        self._context.abort(grpc.StatusCode.UNKNOWN, reason)


def _explained(error: Exception) -> str:
    """One line, without values: a parameter may be a secret."""
    if isinstance(error, ParamValidationError):
        return re.sub(r"value: .*?(?=, (?:type|valid))", "value: withheld", str(error)).replace("\n", "; ")
    if isinstance(error, ClientError):
        message = error.response.get("Error", {}).get("Message", "")
        return f"{error_code(error)}: {message} ({error.operation_name})"
    if isinstance(error, (BotoCoreError, RefusedError, RefusedEndpointError, configuration.ConfigurationRefusedError)):
        return str(error)
    # A fault of the stand-in itself. Only where it happened: the text of a foreign error may hold a value.
    traceback.print_tb(error.__traceback__, file=sys.stderr)
    return f"fault in the stand-in provider ({type(error).__name__})"


def _outputs(shape: ResourceShape, recorded: Properties, real: Properties, inputs: Properties) -> Properties:
    """Return the state: what was read, in the program's words where they hold, and what can't be read as recorded."""
    unreadable = {name: value for name, value in recorded.items() if name not in real}
    read = {name: value for name, value in real.items() if value is not None}
    state = {**unreadable, **read, **inputs}
    return {name: state[name] for name in sorted(state) if name in shape.outputs}


def _check_failures(found: Iterable[Failure]) -> list[provider_pb2.CheckFailure]:
    return [provider_pb2.CheckFailure(property=one.property, reason=f"{one.property}: {one.reason}") for one in found]


def _without_region(properties: Properties) -> Properties:
    return {name: value for name, value in properties.items() if name != "region"}


def _normal_path(path: str) -> str:
    """Spell an `ignoreChanges` path as differences spell theirs: `tags["a"]` is `tags.a`, `rules[*]` is `rules`."""
    return re.sub(r'\["([A-Za-z_]\w*)"\]', r".\1", path).replace("[*]", "")


def _covers(path: str, inner: str) -> bool:
    return inner == path or inner.startswith((f"{path}.", f"{path}["))
