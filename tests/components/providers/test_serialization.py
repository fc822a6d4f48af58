from __future__ import annotations

import base64
import pickletools
import subprocess
import sys

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from components.providers.attribute_grant import AttributeGrantProvider
from components.providers.data_lake_settings import DataLakeSettingsProvider
from components.providers.iam_allowed_principals import IamAllowedPrincipalsProvider
from components.providers.row_security_policy import RowSecurityPolicyProvider

PROVIDERS = pytest.mark.parametrize(
    "provider",
    [AttributeGrantProvider, DataLakeSettingsProvider, IamAllowedPrincipalsProvider, RowSecurityPolicyProvider],
)


@PROVIDERS
def test_provider_is_serialized_by_reference(provider):
    """The state holds the names of a module and a class: no code, no closure, no value."""
    serialized = base64.b64decode(serialize_provider(provider()))

    texts = {argument for _, argument, _ in pickletools.genops(serialized) if isinstance(argument, str)}
    opcodes = {opcode.name for opcode, _, _ in pickletools.genops(serialized)}
    assert texts == {provider.__module__, provider.__name__}
    assert opcodes.isdisjoint({"REDUCE", "BUILD"})


@PROVIDERS
def test_provider_is_serialized_alike_every_time(provider):
    """Two runs write the same, so that a second `up` has nothing to change."""
    assert serialize_provider(provider()) == serialize_provider(provider())


@PROVIDERS
def test_provider_is_found_by_another_process(provider):
    """The dynamic provider's own process, which never ran the program, gets the same class."""
    read = "import base64, dill, sys; print(type(dill.loads(base64.b64decode(sys.argv[1]))))"

    answer = subprocess.run(  # this interpreter, own module
        [sys.executable, "-c", read, serialize_provider(provider())],
        capture_output=True,
        check=True,
        text=True,
        cwd="/",
    )

    assert answer.stdout.strip() == repr(provider)


@PROVIDERS
def test_provider_is_not_a_secret(provider):
    """There is nothing to hide, so a reader of a state can see what would run."""
    assert provider.serialize_as_secret_always is False
