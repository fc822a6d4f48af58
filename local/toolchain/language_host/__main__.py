"""`python -m local.toolchain.language_host EXECUTOR … ENGINE_ADDRESS`: the plugin that the engine starts."""

from __future__ import annotations

import sys
from pathlib import Path

from pulumi.runtime.proto import language_pb2_grpc

from local.plugin import serve
from local.toolchain.language_host.children import Children
from local.toolchain.language_host.host import LanguageHost

if __name__ == "__main__":
    children = Children()
    host = LanguageHost(executor=Path(sys.argv[1]), engine_address=sys.argv[-1], children=children)
    serve(lambda server: language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server), end=children.end)
