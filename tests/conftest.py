from __future__ import annotations

import pytest

from local.aws import server
from local.toolchain import Cli, provide


@pytest.fixture(scope="session")
def cli() -> Cli:
    """The Pulumi CLI that `make test` has provided."""
    return provide()


@pytest.fixture(scope="session")
def embedded_aws(tmp_path_factory):
    """An embedded AWS, one for each worker: tests keep apart by account or by not writing."""
    folder = tmp_path_factory.mktemp("aws")
    yield server.start(folder)
    server.stop(folder)
