"""Grants never vanish: whatever becomes of them in a configuration, Lake Formation holds what the plan says."""

import random
from itertools import pairwise

import pytest

from local.aws import server
from tests.soak.grant_sequences import Lake, changed, configured, planned, run_sequence


@pytest.fixture(scope="module")
def lake(embedded_aws):
    return Lake(embedded_aws)


@pytest.mark.parametrize("seed", range(20))
def test_rights_are_the_plans_after_each_change(lake, seed, figure):
    """Grants are changed, renamed, split, merged, reordered and moved: nothing is missing and nothing extra."""
    figure("sequences of changes to grants run")

    assert run_sequence(lake, seed) == []


def test_lake_is_empty_after_the_last_grant_is_gone(lake):
    """With nothing configured, nothing is left that an earlier sequence granted."""
    config = configured({})
    lake.apply(config, random.Random(0))  # noqa: S311

    assert planned(config) == []
    assert lake.differences(config) == []


def test_sequences_change_what_is_planned():
    """The generator is no stub: nearly every step plans other grants than the one before."""
    choice = random.Random(7)  # noqa: S311
    grants, plans = {}, []
    for _ in range(30):
        grants = changed(grants, choice)
        plans.append(planned(configured(grants)))

    assert sum(before != after for before, after in pairwise(plans)) >= 20


def test_replacing_by_making_first_loses_rights(tmp_path):
    """The negative twin (`platform.md` section 4): made before the old one is deleted, a grant loses."""
    table = {"database": "crm", "table": "orders"}
    before = configured({"loader": [{**table, "permissions": ["INSERT", "DELETE"]}]})
    after = configured({"loader": [{**table, "permissions": ["INSERT", "DELETE", "ALTER"]}]})
    try:
        lake = Lake(server.start(tmp_path / "aws"), deletes_first=False)
        for config in (before, after):
            lake.apply(config, random.Random(0))  # noqa: S311
        lost = [line for line in lake.differences(after) if line.startswith("missing") and "INSERT" in line]
    finally:
        server.stop(tmp_path / "aws")

    assert len(lost) == 1
