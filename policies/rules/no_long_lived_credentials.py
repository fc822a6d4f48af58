"""IAM001: nobody holds a credential that doesn't expire."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource
from policies.rule import ResourceRule

LONG_LIVED = {
    "aws:iam/accessKey:AccessKey": "an access key works until somebody remembers to delete it",
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential": "its password works until somebody deletes it",
    "aws:iam/signingCertificate:SigningCertificate": "its key signs requests until somebody deletes it",
    "aws:iam/sshKey:SshKey": "its key opens repositories until somebody deletes it",
    "aws:iam/user:User": "an IAM user signs in with credentials that don't expire",
    "aws:iam/userLoginProfile:UserLoginProfile": "it gives an IAM user a console password",
}


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type in LONG_LIVED:
        yield LONG_LIVED[resource.type]


RULE = ResourceRule(
    id="IAM001",
    claim="no-long-lived-credentials",
    why="a credential that doesn't expire is the one that leaks",
    source="docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    fix="give people a role through federation and workloads a role through their service",
    check=_breaches,
)
