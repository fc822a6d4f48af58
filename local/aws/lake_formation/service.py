"""The Lake Formation endpoint: from an HTTP request to an operation and back, by botocore's own service model."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.validate import ParamValidator
from moto.core.responses import BaseResponse

from local.aws import principals
from local.aws.lake_formation import (
    filters,
    grants,
    listings,
    locations,
    opt_ins,
    row_security,
    settings,
    tag_expressions,
    tags,
)
from local.aws.lake_formation.errors import InvalidInputError, LakeFormationError
from local.aws.lake_formation.request import Operation, Request
from local.aws.lake_formation.state import LOCK, Json

if TYPE_CHECKING:
    from moto.core.common_types import TYPE_RESPONSE

OPERATIONS: dict[str, Operation] = {
    **filters.OPERATIONS,
    **grants.OPERATIONS,
    **listings.OPERATIONS,
    **locations.OPERATIONS,
    **opt_ins.OPERATIONS,
    **row_security.OPERATIONS,
    **settings.OPERATIONS,
    **tag_expressions.OPERATIONS,
    **tags.OPERATIONS,
}
"""By the name in the service model. What isn't here answers 501 and says so."""


@functools.cache
def model() -> ServiceModel:
    """Return botocore's installed model of the service."""
    return ServiceModel(Loader().load_service_model("lakeformation", "service-2"))


class LakeFormation(BaseResponse):
    """Takes moto's place for every operation of the model."""

    def __init__(self) -> None:
        super().__init__(service_name="lakeformation")

    def call_action(self) -> TYPE_RESPONSE:
        """Answer the request that moto has taken apart."""
        name = self.path.strip("/")
        if name not in OPERATIONS:
            return _answer(501, {"message": f"The embedded AWS doesn't implement {name}"}, "NotImplementedException")
        try:
            request = Request(
                account=self.current_account,
                region=self.region,
                caller=principals.caller(self.access_key, self.current_account),
                parameters=_parameters(model().operation_model(name), self.body),
            )
            with LOCK:
                return _answer(200, OPERATIONS[name](request))
        except LakeFormationError as error:
            return _answer(error.status, {"Message": error.message}, error.code)


def _parameters(operation: OperationModel, body: str) -> Json:
    """Return a request's parameters; raise `InvalidInputError` unless they have the operation's input shape."""
    try:
        parameters: Any = json.loads(body or "{}")
    except ValueError as error:
        raise InvalidInputError("The request isn't JSON") from error
    report = ParamValidator().validate(parameters, operation.input_shape)
    if report.has_errors():
        raise InvalidInputError(report.generate_report())
    # Members that are null are members that aren't there.
    return {name: value for name, value in parameters.items() if value is not None}


def _answer(status: int, document: Json, error: str | None = None) -> TYPE_RESPONSE:
    headers = {"Content-Type": "application/json", "status": str(status)}
    if error:
        headers["x-amzn-ErrorType"] = error
    return status, headers, json.dumps(document)
