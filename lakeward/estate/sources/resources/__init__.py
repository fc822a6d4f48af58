"""
Readers of declared resources: one module per family of resource types.

A module holds `READERS`, from type token to reader; adding a type is adding an entry there, adding a family is
adding a file. `WITHOUT_ACCESS` lists the types that say nothing about who can reach what.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from lakeward.estate.sources.reading import Reader


def _discovered() -> dict[str, Reader]:
    found: dict[str, Reader] = {}
    for module in pkgutil.iter_modules(__path__):
        readers: Mapping[str, Reader] = importlib.import_module(f"{__name__}.{module.name}").READERS
        if twice := sorted(found.keys() & readers.keys()):
            raise TypeError(f"two modules read {', '.join(twice)}")
        found.update(readers)
    return found


READERS: Mapping[str, Reader] = _discovered()
"""Every type that is understood, with its reader."""

WITHOUT_ACCESS = frozenset(
    {
        # Who came, and how names lead to endpoints: whether a request gets through is said by groups and policies.
        "aws:ec2/flowLog:FlowLog",
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        "aws:route53/record:Record",
        "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization",
        "aws:route53/zone:Zone",
        "aws:route53/zoneAssociation:ZoneAssociation",
        # What a key of a user may do is what the user may do, and the user is read.
        "aws:iam/accessKey:AccessKey",
        "aws:cloudtrail/trail:Trail",
        "aws:cloudwatch/logGroup:LogGroup",
        # The cluster and its security groups say who reaches a database.
        "aws:rds/clusterInstance:ClusterInstance",
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        "aws:rds/subnetGroup:SubnetGroup",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketLogging:BucketLogging",
        "aws:s3/bucketVersioning:BucketVersioning",
    }
)
"""Types that are understood and say nothing about access."""
