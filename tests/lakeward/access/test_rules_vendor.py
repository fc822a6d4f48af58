"""Rules that are facts about the vendor's own models: the pinned botocore, and the provider."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import botocore.session
import pytest

PROVIDER = Path(importlib.util.find_spec("pulumi_aws").submodule_search_locations[0]) / "lakeformation"


def longest(service, shape):
    return botocore.session.get_session().get_service_model(service).shape_for(shape).metadata["max"]


def arguments(module):
    """Return what the constructor of a resource's `…Args` class takes."""
    tree = ast.parse((PROVIDER / module).read_text(encoding="utf-8"))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    (given,) = (node for name, node in classes.items() if name.endswith("Args"))
    (constructor,) = (node for node in given.body if getattr(node, "name", "") == "__init__")
    return {argument.arg for argument in (*constructor.args.args, *constructor.args.kwonlyargs)}


@pytest.mark.parametrize(("shape", "most"), [("tagListType", 50), ("tagKeyType", 128), ("tagValueType", 256)])
def test_a_session_carries_at_most_fifty_tags(shape, most):
    """STS takes fifty tags, keys of 128 characters, values of 256 (A14-5)."""
    assert most == longest("sts", shape)


@pytest.mark.parametrize(
    ("shape", "most"),
    [
        ("DataLakePrincipalList", 30),  # administrators, and the external filtering allow list
        ("ExpressionString", 3000),
        ("PredicateString", 2048),
        ("LFTagsList", 50),
        ("TagValueList", 50),
    ],
)
def test_quotas_of_lake_formation_are_the_pinned_models(shape, most):
    """What the model bounds is bounded as the specification says (B19)."""
    assert most == longest("lakeformation", shape)


def test_the_provider_declares_no_condition_of_a_grant():
    """A grant with a condition can't be declared through the provider (B11-5); an opt-in's can."""
    assert {argument for argument in arguments("permissions.py") if "condition" in argument} == set()
    assert "conditions" in arguments("opt_in.py")


def test_the_provider_declares_no_row_level_security():
    """Row-level security policies come from elsewhere, so a declaration never shows that there are none (B22-13)."""
    modules = {path.stem for path in PROVIDER.glob("*.py")}

    assert {name for name in modules if "rls" in name or "row" in name} == set()
    assert "data_cells_filter" in modules
