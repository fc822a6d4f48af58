"""What may not happen while a question waits for its answer: what was shown is what is carried out, or nothing is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lakeward import config
from lakeward.config import StackConfig
from lakeward.errors import ConfigurationError, Problem


def hold_still(
    file: Path, shown: StackConfig, export: Callable[[], Mapping[str, Any]], state: Mapping[str, Any]
) -> None:
    """
    Refuse to go on where the configuration or the state isn't the one that was shown.

    Args:
        file: the stack's configuration.
        shown: what was read of it before the question.
        export: reads the stack's state.
        state: what it was before the question.

    Raises:
        ConfigurationError: what changed, all of it.

    """
    problems = []
    if config.load(file) != shown:
        problems.append(Problem(file.name, "it was changed while the question waited", "run the command again"))
    if export() != state:
        problems.append(
            Problem(
                f"the state of {shown.stack}",
                "somebody else changed it while the question waited",
                "run the command again, which starts from what is there now",
            )
        )
    if problems:
        raise ConfigurationError(problems)
