"""Who may import whom: the layout as a test."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("benchmarks", "components", "conformance", "delivery", "lakeward", "local", "policies", "runtime")

FORBIDDEN = {
    "components": {"conformance", "delivery", "local", "policies", "runtime"},
    "conformance": {"components", "delivery", "local", "policies", "runtime"},
    "lakeward": {
        "components",
        "conformance",
        "delivery",
        "local",
        "policies",
        "pulumi",
        "pulumi_aws",
        "pulumi_policy",
        "runtime",
    },
    "policies": {"components", "conformance", "delivery", "local", "runtime", "boto3", "botocore", "pulumi_aws"},
    "runtime": {
        "components",
        "conformance",
        "delivery",
        "lakeward",
        "local",
        "policies",
        "pulumi",
        "pulumi_aws",
        "pulumi_policy",
    },
}
INSIDE_LAKEWARD = {
    "errors": set(),
    "identifiers": {"errors"},
    "names": {"errors", "identifiers"},
    "model": {"errors", "identifiers"},
    "network": {"errors", "identifiers", "model"},
    "config": {"errors", "identifiers", "names", "model", "network"},
    "documents": {"errors", "identifiers"},
    "database": {"errors", "documents"},
    "exemptions": {"errors", "model"},
    "on_day": {"errors", "identifiers"},
    "plan": {"errors", "identifiers", "names", "model", "network", "config", "documents"},
    "estate": {"errors", "identifiers"},
    "access": {"errors", "identifiers", "estate"},
    "reports": {"errors", "identifiers", "estate", "access", "exemptions", "model", "plan"},
    "live": {"errors", "identifiers", "estate", "config"},
}


def sources(package):
    return sorted(path for path in (ROOT / package).rglob("*.py") if path.is_file())


def imports(path):
    """Every module that a file imports, with the line it does so on."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.relative_to(ROOT)}:{node.lineno} imports relatively"
            yield node.lineno, node.module
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_packages_import_only_what_the_layout_allows(package):
    """No product package imports one that the layout keeps from it."""
    breaches = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sources(package)
        for line, module in imports(path)
        if module.split(".")[0] in FORBIDDEN[package]
    ]

    assert breaches == []


@pytest.mark.parametrize("noun", sorted(INSIDE_LAKEWARD))
def test_nouns_of_lakeward_flow_one_way(noun):
    """Inside `lakeward` a noun imports only those that stand before it."""
    files = sources(f"lakeward/{noun}") or [ROOT / "lakeward" / f"{noun}.py"]
    allowed = INSIDE_LAKEWARD[noun] | {noun}
    breaches = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in files
        for line, module in imports(path)
        if module.startswith("lakeward.") and module.split(".")[1] not in allowed
    ]

    assert breaches == []


def test_only_the_live_reader_imports_boto3_inside_lakeward():
    """The access model and everything before it is pure."""
    breaches = [
        str(path.relative_to(ROOT))
        for path in sources("lakeward")
        if (ROOT / "lakeward" / "live") not in path.parents
        for _, module in imports(path)
        if module.split(".")[0] in {"boto3", "botocore"}
    ]

    assert breaches == []


def test_every_package_of_ours_is_named_here():
    """A new top-level package gets a row of its own."""
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages <= set(OURS)


def test_deliveries_know_no_stand_in():
    """What goes to real accounts drives the engine as `local` does, and touches nothing that stands in for AWS."""
    breaches = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sources("delivery")
        for line, module in imports(path)
        if module.startswith(("local.aws", "local.engine", "local.provider", "local.recorder"))
    ]

    assert breaches == []
