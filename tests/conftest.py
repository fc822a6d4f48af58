from __future__ import annotations

from collections import Counter
from collections.abc import Callable

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


@pytest.fixture
def figure(record_property) -> Callable[..., None]:
    """Counts what a short form of `make soak` has tried: `make test` ends with the sums."""
    return lambda what, number=1: record_property("figure", [what, number])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the figures, as `make soak` tells those of the long forms."""
    sums: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties if report.when == "call" else ():
            if name == "figure":
                sums[value[0]] += value[1]
    for what, number in sorted(sums.items()):
        terminalreporter.write_line(f"{what}: {number}")


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
