"""`python -m local.provider <engine address>`: the plugin that the engine starts."""

from __future__ import annotations

import gc

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from local.plugin import serve
from local.provider.servicer import StandInProvider


def _add(server: grpc.Server) -> None:
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(StandInProvider(), server)


if __name__ == "__main__":
    gc.disable()  # it lives as long as one run of the engine
    serve(_add)
