from __future__ import annotations

import pytest

BUCKET = """
import pulumi
import pulumi_aws as aws

pulumi.export("bucket", aws.s3.Bucket("lake", bucket="acme-lake").arn)
"""


@pytest.fixture
def project(tmp_path):
    """Make a project from a program, its stacks' files and the project file's `config`."""

    def make(program=BUCKET, config="{}", **stacks):
        (tmp_path / "Pulumi.yaml").write_text(f"name: sample\nruntime: python\nconfig: {config}\n", encoding="utf-8")
        (tmp_path / "__main__.py").write_text(program, encoding="utf-8")
        for stack, text in (stacks or {"dev": "config: {}"}).items():
            (tmp_path / f"Pulumi.{stack}.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return make
