"""Ten silos and their central readers: how declarations and the time to make them grow with the number of silos."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from benchmarks.figure import Figure
from lakeward.config import parse
from lakeward.errors import OutsideServiceError
from lakeward.plan import plan_stack
from lakeward.plan.declarations import Plan

_ROOT = Path(__file__).parents[1]

Values = dict[str, Any]


def measure() -> Iterator[Figure]:
    """
    Yield how long planning takes, and how its time grows.

    Raises:
        OutsideServiceError: a silo adds more declarations than the one before it: the count isn't linear.

    """
    counts = {silos: len(_central(silos).declarations) for silos in (1, 2, 5, 10)}
    each = counts[2] - counts[1]
    for silos, count in counts.items():
        if count != counts[1] + (silos - 1) * each:
            raise OutsideServiceError(f"{silos} silos make {count} declarations: not {each} for each")
    five, ten = _seconds(5), _seconds(10)
    yield Figure("planning 10 silos and their central stack", "s", ten, at_most=30, note=f"{each} declarations each")
    yield Figure("its time from 5 to 10 silos", "x", ten / five, at_most=2.5)


def _seconds(silos: int) -> float:
    begin = time.monotonic()
    _central(silos)
    for number in range(silos):
        _silo(number)
    return time.monotonic() - begin


def _account(number: int) -> str:
    return f"1000000001{number:02d}"


def _values(stack: str) -> Values:
    config = yaml.safe_load((_ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    return {key: value for key, value in config.items() if key.startswith("lakeward:")}


def _central(silos: int) -> Plan:
    """Plan the central stack with links to so many silos, and shares with them."""
    values = copy.deepcopy(_values("dev"))
    accounts = values["lakeward:organization"]["accounts"]
    accounts[1:] = [{"id": _account(number), "path": accounts[1]["path"]} for number in range(silos)]
    sharing = values["lakeward:sharing"]
    share, link = sharing["shares"][0], sharing["links"][0]
    sharing["shares"] = [{**share, "principal": _account(number)} for number in range(silos)]
    sharing["links"] = [
        {**link, "name": f"silo{number}_project", "account": _account(number)} for number in range(silos)
    ]
    return plan_stack(parse(values, "dev"))


def _silo(number: int) -> Plan:
    """Plan one silo: the same whatever others there are."""
    text = yaml.safe_dump(_values("dev-silo1")).replace("100000000011", _account(number))
    return plan_stack(parse(yaml.safe_load(text), f"dev-silo{number}"))
