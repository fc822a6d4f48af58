from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
import yaml

from lakeward.config import parse
from lakeward.plan import plan_stack

PROJECT = Path(__file__).parents[3]


class Lab:
    """Stack `dev`, changed and planned at will."""

    def __init__(self):
        self.values = yaml.safe_load((PROJECT / "Pulumi.dev.yaml").read_text())["config"]

    def planned(self, change=None, stack="dev"):
        """Plan stack `dev` after `change(values)`."""
        own = {key: value for key, value in self.values.items() if key.startswith("lakeward:")}
        values = {key.removeprefix("lakeward:"): copy.deepcopy(value) for key, value in own.items()}
        if change:
            change(values)
        return plan_stack(parse({f"lakeward:{key}": value for key, value in values.items()}, stack))


class Declared:
    """A plan's declarations by logical name, and the statements of their documents by Sid."""

    def __init__(self, plan):
        self.plan = plan
        self.by_name = {declaration.logical_name: declaration for declaration in plan.declarations}

    def __getitem__(self, logical_name):
        return self.by_name[logical_name]

    def of(self, kind):
        return [declaration for declaration in self.plan.declarations if isinstance(declaration, kind)]

    def documents(self, logical_name):
        """Return every document of a declaration, by field or policy name."""
        declaration = self[logical_name]
        found = {field: getattr(declaration, field) for field in ("policy", "trust") if hasattr(declaration, field)}
        found |= {policy.name: policy.document for policy in getattr(declaration, "policies", ())}
        return {name: json.loads(text) for name, text in found.items()}

    def statements(self, logical_name):
        """Return every statement of a declaration's documents by Sid."""
        return {
            statement["Sid"]: statement
            for document in self.documents(logical_name).values()
            for statement in document["Statement"]
        }


@pytest.fixture(scope="session")
def lab():
    return Lab()


@pytest.fixture(scope="session")
def declared():
    """How to look into a plan."""
    return Declared


@pytest.fixture(scope="session")
def dev(lab):
    """Stack `dev` as it is."""
    return Declared(lab.planned())


@pytest.fixture
def person():
    """How a person's persona is spelled in configuration."""

    def spell(name, **more):
        trust = {"saml": "arn:aws:iam::100000000001:saml-provider/corporate"}
        return {"name": name, "trust": trust, **more}

    return spell


@pytest.fixture
def job():
    """How a pipeline's persona is spelled; it may be granted what people may not."""

    def spell(name, **more):
        return {"name": name, "kind": "pipeline", "trust": {"service": "glue.amazonaws.com"}, **more}

    return spell
