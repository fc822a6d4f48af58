from __future__ import annotations

import pytest
from hypothesis import settings

from local.aws import server
from local.toolchain import Cli, provide

# The same examples in every run: a failure is the change's own. `--hypothesis-profile default` looks for new ones.
settings.register_profile("settled", derandomize=True)
settings.load_profile("settled")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take minutes, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("engine") is None)


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
