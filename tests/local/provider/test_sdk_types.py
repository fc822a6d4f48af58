"""What is learnt from the installed SDK."""

from __future__ import annotations

import subprocess
import sys

import pytest

from local.provider.resources import resource_types
from local.provider.sdk_types import ListOf, MapOf, Nested, Scalar, resource_shape


@pytest.mark.parametrize("built", resource_types().values(), ids=lambda built: built.pulumi_type)
def test_tables_name_only_what_the_sdk_has(built):
    """Each path of a type's table is a property of the SDK's type, and each computed output is an output."""
    shape = resource_shape(built.pulumi_type)
    for path in built.properties:
        kind = shape.inputs
        for name in path.split("."):
            while isinstance(kind, (ListOf, MapOf)):
                kind = kind.element
            assert isinstance(kind, Nested), path
            assert name in kind.members, path
            kind = kind.members[name].kind

    assert built.computed <= shape.outputs
    assert not built.computed & shape.inputs.members.keys()


def test_required_optional_and_nested_are_told_apart():
    """A grant needs a principal and permissions; a table in it needs a database, and its wildcard is a boolean."""
    members = resource_shape("aws:lakeformation/permissions:Permissions").inputs.members

    assert sorted(name for name, member in members.items() if member.required) == ["permissions", "principal"]
    assert members["permissions"].kind == ListOf(Scalar(str))
    assert members["table"].kind.members["databaseName"].required
    assert members["table"].kind.members["wildcard"].kind == Scalar(bool)


def test_arguments_are_the_resources_own_where_a_nested_type_has_taken_their_name():
    """`BucketVersioningArgs` is a nested type of the bucket; the resource's arguments are called otherwise."""
    members = resource_shape("aws:s3/bucketVersioning:BucketVersioning").inputs.members

    assert members["bucket"].required
    assert members["versioningConfiguration"].kind.members["status"].required


def test_unknown_type_is_refused():
    """A token that the SDK doesn't have is an error that names it."""
    with pytest.raises(LookupError, match="aws:s3/nothing:Nothing"):
        resource_shape("aws:s3/nothing:Nothing")


def test_a_shape_leaves_the_sdk_whole_for_who_comes_after():
    """A process that asks for a shape first still finds the resource where programs look for it."""
    code = (
        "from local.provider.sdk_types import resource_shape\n"
        "resource_shape('aws:iam/role:Role')\n"
        "import pulumi_aws\n"
        "print(pulumi_aws.iam.Role.__name__)\n"
    )

    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (asked.stdout, asked.stderr) == ("Role\n", "")
