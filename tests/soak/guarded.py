"""
Part `guarded`: accidents in the configuration of a stack that is up, each met by `make deploy`.

The whole of `dev` is deployed as to a real account. Then its configuration is spoiled in one way after the other: each
deployment is refused before anything changes, names what would be lost, and gets as far as its question only where
`lakeward:expectedChanges` names all of that; with one name less it is refused for that one.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.aws import server
from local.toolchain import provide
from tests.delivery.delivery import ASKED, Delivery
from tests.soak.part import Figure

Config = dict[str, Any]

REFUSED = 2
"""The exit code of a deployment that is refused."""


@dataclass(frozen=True)
class Accident:
    """What happens to a configuration, and some of what is refused for it."""

    happens: Callable[[Config], object]
    lost: frozenset[str]


def _without_table(config: Config) -> None:
    del config["lakeward:databases"][0]["tables"][0]
    pipeline = config["lakeward:personas"][-1]
    pipeline["grants"] = [grant for grant in pipeline["grants"] if grant.get("table") != "temp-raw-table"]


def _renamed_table(config: Config) -> None:
    config["lakeward:databases"][-1]["tables"][0]["name"] = "places"
    for share in config["lakeward:sharing"]["shares"]:
        share["grants"][0]["table"] = "places"


def _without_database(config: Config) -> None:
    config["lakeward:databases"] = [one for one in config["lakeward:databases"] if one["name"] != "reference"]
    for share in config["lakeward:sharing"]["shares"]:
        share["grants"] = [{"database": "secure-db", "table": "secure_dl_masked_data", "columns": ["region"]}]


def _without_grants(config: Config) -> None:
    for persona in config["lakeward:personas"]:
        persona.pop("grants", None)


ACCIDENTS = {
    "another prefix": Accident(
        lambda config: config.update({"lakeward:prefix": "acne"}),
        frozenset({"replaced bucket-raw", "replaced bucket-logs", "replaced cluster-tenants"}),
    ),
    "a shared bucket less": Accident(
        lambda config: config.pop("lakeward:sharedBuckets"), frozenset({"deleted bucket-artifacts"})
    ),
    "a table less": Accident(_without_table, frozenset({"deleted table-secure-db/temp-raw-table"})),
    "a database less": Accident(
        _without_database, frozenset({"deleted database-reference", "deleted table-reference/sites"})
    ),
    "a table with another name": Accident(_renamed_table, frozenset({"deleted table-reference/sites"})),
    "no grants": Accident(_without_grants, frozenset({"grantsRemoved 16"})),
    "a tenant less": Accident(
        lambda config: config["lakeward:tenancy"].update(
            {"tenants": [{"id": "tenant1"}, {"id": "tenant2"}], "retired": ["tenant10"]}
        ),
        frozenset({"deleted bucket-tenant-tenant10", "deleted database-tenant10_crm"}),
    ),
}

ELSEWHERE = {
    "another account": ({"lakeward:account": "100000000002"}, "is of another account: it governs this one from within"),
    "another Region": ({"lakeward:region": "eu-central-1"}, "eu-west-1"),
    "another deployer": (
        {"lakeward:deployer": "arn:aws:iam::100000000001:role/other"},
        "who would be no data lake administrator afterwards",
    ),
}
"""What leads somewhere else, and what is told of it before the engine begins."""


def run(size: float, folder: Path) -> Figure:
    """Let every accident happen; at a size below 1 that share of them."""
    try:
        delivery = Delivery(provide(), folder, lambda document: document)
        code, told = delivery.run("deploy", "--yes")
        if code:
            return Figure("nothing was deployed", (told,))
        good = copy.deepcopy(delivery.config)
        refused = 0
        failures: list[str] = []
        tried = list(ACCIDENTS.items())[: max(1, round(len(ACCIDENTS) * size))]
        for name, accident in tried:
            lost, wrong = _meet(delivery, copy.deepcopy(good), accident)
            refused += len(lost)
            failures += [f"{name}: {one}" for one in wrong]
        for name, (changed, expected) in ELSEWHERE.items():
            delivery.config = {**copy.deepcopy(good), **changed}
            delivery.configure()
            code, told = delivery.run("deploy", "--yes")
            if code not in {REFUSED, ASKED} or expected not in told or "engine: previewing" in told:
                failures.append(f"{name}: {code}: {told}")
            else:
                refused += 1
    finally:
        server.stop(folder / "aws")
    return Figure(f"{len(tried) + len(ELSEWHERE)} accidents, {refused} losses refused by name", tuple(failures))


def _meet(delivery: Delivery, config: Config, accident: Accident) -> tuple[set[str], list[str]]:
    """Let an accident happen, and return what `make deploy` says would be lost, and what is wrong with that."""
    accident.happens(config)
    delivery.config = config
    code, told = _deployed(delivery, {})
    lost = set(_losses(told))
    if code != REFUSED or not accident.lost <= lost:
        return lost, [f"{code}, {sorted(accident.lost - lost)} isn't named: {told}"]
    code, told = _deployed(delivery, _expecting(lost))
    wrong = [] if code == ASKED else [f"{code} though all of it was expected: {told}"]
    left = max(lost)
    code, told = _deployed(delivery, _expecting(lost - {left}))
    if code != REFUSED or set(_losses(told)) != {left}:
        wrong.append(f"{code} though {left} wasn't expected: {told}")
    return lost, wrong


def _deployed(delivery: Delivery, expected: dict[str, Any]) -> tuple[int, str]:
    """Deploy as far as the question; what would be carried out is refused there, since nobody is there to answer."""
    delivery.configure(expectedChanges=expected)
    return delivery.run("deploy")


def _losses(told: str) -> Iterator[str]:
    """Each `deleted <name>` and `replaced <name>` that is refused, and `grantsRemoved <number>`."""
    yield from (
        f"{key} {name}" for key, name in re.findall(r"expectedChanges\.(deleted|replaced): \S+ (.+?) would", told)
    )
    yield from (f"grantsRemoved {number}" for number in re.findall(r"expectedChanges\.grantsRemoved: (\d+) of", told))


def _expecting(lost: set[str]) -> dict[str, Any]:
    """The configuration that expects these losses."""
    expected: dict[str, Any] = {}
    for key, _, value in (one.partition(" ") for one in sorted(lost)):
        if key == "grantsRemoved":
            expected[key] = int(value)
        else:
            expected.setdefault(key, []).append(value)
    return expected
