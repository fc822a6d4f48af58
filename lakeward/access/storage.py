"""
Storage: the doors to a table's objects and their key, as the principal or as the registration role.

With vended credentials S3 and KMS see the registration role, not the principal (`semantics.md` B15-1, A15-4).
"""

from __future__ import annotations

from dataclasses import replace

from lakeward.access.context import Context, ContextValue
from lakeward.access.decision import Layer, Reason
from lakeward.access.doors import Door, noted
from lakeward.access.engines import NETWORK_KEYS
from lakeward.access.iam import Judgement
from lakeward.access.lake_formation.catalog import Catalog, CatalogTable, Location, path_of
from lakeward.access.lake_formation.settings import sets_source_identity
from lakeward.access.prepared import Caller, PlacedBucket, PreparedEstate
from lakeward.access.requests import judge, keys
from lakeward.access.statements import CompiledPolicy
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES, either_reading, possibly, surely
from lakeward.estate.entries import BucketEncryption
from lakeward.estate.policies import Policy, PolicyStatement
from lakeward.estate.unknown import Unknown

_ANY_OBJECT = "%{any.object}"

# LF-vended reads carry nothing of the caller's network, and come from no service (C1).
_SERVICE_LINKED_POLICY = CompiledPolicy(
    Policy(
        path="",
        has_variables=True,
        statements=(
            PolicyStatement(
                effect="Allow",
                sid="ReadRegisteredLocations",
                action=("s3:GetObject", "s3:ListBucket"),
                resource="*",
            ),
        ),
    ),
    "policy of Lake Formation's service-linked role",
)
_VENDED_CONTEXT = keys({"aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false"})


class Storage:
    """Judges the way to objects; what many principals or tables share is judged once."""

    def __init__(self, prepared: PreparedEstate) -> None:
        self._prepared = prepared
        self._vended: dict[tuple[str, tuple[str, ...]], tuple[Door, ...]] = {}
        self._prefixes: dict[tuple[Caller, str, Context], tuple[Door, ...]] = {}

    def vended(self, catalog: Catalog, table: CatalogTable, location: Location) -> tuple[Door, ...]:
        """Return the registration role's doors to a table, judged once for all principals."""
        key = (location.entry.resource_arn, table.locations)
        found = self._vended.get(key)
        if found is None:
            found = self._vended[key] = tuple(self._vended_doors(catalog, table, location))
        return found

    def objects(self, caller: Caller, table: CatalogTable, context: Context, name: str) -> list[Door]:
        """Return the doors to every object of the table's locations, the key's included."""
        doors: list[Door] = []
        for location in table.locations:
            path = path_of(location)
            if path is None:
                why = f"{location} is no S3 location"
                doors.append(noted(name, Layer.RESOURCE, UNKNOWN, why))
                continue
            doors += self._path_doors(caller, path, context, name)
        if not table.locations and table.link is None:
            why = "the table has no location: a view, or storage that isn't described"
            doors.append(noted(name, Layer.RESOURCE, AMBIGUOUS, why))
        return doors

    def _vended_doors(self, catalog: Catalog, table: CatalogTable, location: Location) -> list[Door]:
        """Judge the registration role, which reads S3 and the key in the principal's place (B15-1, A15-4)."""
        arn = location.entry.role_arn
        if arn is None or location.entry.use_service_linked_role is True:
            arn = (
                f"arn:aws:iam::{catalog.account}:role/aws-service-role/lakeformation.amazonaws.com/"
                "AWSServiceRoleForLakeFormationDataAccess"
            )
        role = self._prepared.caller(arn)
        context = _VENDED_CONTEXT
        if sets_source_identity(catalog) != NO:
            context = context.opened({"aws:sourceidentity": Unknown("whether vended reads carry it isn't documented")})
        if role is None:
            why = f"the registration role {arn} can't be read"
            return [noted("registration role", Layer.TRUST, UNKNOWN, why)]
        if role.principal.is_service_linked:
            # AWS keeps its policy and trust: it reaches what is registered with it; bucket and key may still deny.
            role = replace(role, exists=YES, identity=(_SERVICE_LINKED_POLICY,))
            return self.objects(role, table, context, "S3 as the service-linked role")
        if role.exists == NO:
            why = f"the registration role {role.principal.arn} doesn't exist"
            return [noted("registration role", Layer.TRUST, NO, why)]
        return [
            self._trust_door(catalog, role),
            *self.objects(role, table, context, "S3 as the registration role"),
        ]

    def _trust_door(self, catalog: Catalog, role: Caller) -> Door:
        """Lake Formation must be able to assume the registration role (B15-2)."""
        service = self._prepared.caller("lakeformation.amazonaws.com")
        if service is None:
            raise LookupError(role.principal.arn)
        judgement = judge(
            self._prepared,
            service,
            "sts:assumerole",
            role.principal.role_arn or role.principal.arn,
            keys(
                {
                    "aws:SourceAccount": catalog.account,
                    # Carried by calls that a service makes for an account of an organization (A7).
                    **self._prepared.organization_keys(catalog.account, "aws:Source"),
                    # Which resource of its own Lake Formation names isn't documented.
                    "aws:SourceArn": f"arn:aws:lakeformation:{catalog.region_name}:{catalog.account}:%{{catalog}}",
                }
            ),
        )
        return Door("trust of the registration role", None, judgement.allowed, judgement)

    def _path_doors(self, caller: Caller, path: str, context: Context, name: str) -> tuple[Door, ...]:
        """
        Return the doors to every object below a path.

        A token stands for any object: matched by what covers all of them, open against what covers some. All
        objects of a bucket are judged together first, then those below each folder on the way, until the answer is
        certain; for each principal once.
        """
        bucket, *folders = path.rstrip("/").split("/")
        prefix = f"{bucket}/"
        doors = self._below(caller, prefix, context, name)
        for folder in folders:
            if all(door.truth in (YES, NO) for door in doors):
                break
            prefix += f"{folder}/"
            doors = self._below(caller, prefix, context, name)
        return doors

    def may_reach(self, caller: Caller, bucket: str, context: Context) -> bool:
        """Say whether a caller may read any object of a bucket."""
        return all(possibly(door.truth) for door in self._below(caller, f"{bucket}/", context, "S3 as the principal"))

    def is_shut_out_of(self, caller: Caller, folder: str, context: Context) -> bool:
        """Say whether a caller may read no object below a folder, and that is certain, so that no path needs a look."""
        doors = self._path_doors(caller, folder, context, "S3 as the principal")
        return all(door.truth in (YES, NO) for door in doors) and any(door.truth == NO for door in doors)

    def _below(self, caller: Caller, prefix: str, context: Context, name: str) -> tuple[Door, ...]:
        """Return the doors to every object below a prefix, a bucket's name and a slash at least."""
        found = self._prefixes.get((caller, prefix, context))
        if found is None:
            bucket = prefix.partition("/")[0]
            found = self._judge_objects(caller, bucket, f"arn:aws:s3:::{prefix}{_ANY_OBJECT}", context, name)
            self._prefixes[caller, prefix, context] = found
        return found

    def _judge_objects(
        self, caller: Caller, bucket_name: str, arn: str, context: Context, name: str
    ) -> tuple[Door, ...]:
        judgement = judge(self._prepared, caller, "s3:getobject", arn, context)
        door = Door(name, None, judgement.allowed, judgement)
        bucket = self._prepared.buckets.get(bucket_name)
        if bucket is None or not possibly(judgement.allowed):
            return (door,)
        return (door, *self._key_doors(caller, bucket, arn, context, name))

    def _key_doors(
        self, caller: Caller, bucket: PlacedBucket, object_arn: str, context: Context, name: str
    ) -> list[Door]:
        """Return the door of the bucket's key: S3 calls KMS as its own caller (A15-4)."""
        encryption = bucket.entry.encryption
        if isinstance(encryption, Unknown):
            return [noted(name, Layer.KEY, UNKNOWN, "the bucket's encryption isn't known")]
        if encryption is None or not (encryption.sse_algorithm or "").startswith("aws:kms"):
            return []
        worst: Judgement | None = None
        bucket_arn = f"arn:aws:s3:::{bucket.entry.name}"
        narrow, wide = YES, NO
        for context_arn in _encryption_contexts(encryption, object_arn, bucket_arn):
            judgement = decrypt(self._prepared, caller, bucket, context_arn, context)
            if worst is None or not surely(judgement.allowed):
                worst = judgement
            narrow &= judgement.allowed
            wide |= judgement.allowed
        truth = either_reading(narrow, wide)
        return [Door(f"{name}, key", None, truth, worst)]


def decrypt(
    prepared: PreparedEstate, caller: Caller, bucket: PlacedBucket, context_arn: str, context: Context
) -> Judgement:
    """Decide `kms:Decrypt` as S3 asks it for a caller, with the encryption context S3 gives (A15-4, A15-6)."""
    encryption = bucket.entry.encryption
    reference = encryption.kms_master_key_id if isinstance(encryption, BucketEncryption) else None
    if reference is None or reference.endswith("alias/aws/s3"):
        # The AWS managed key serves everyone of its account through S3, and nobody else.
        own = caller.principal.account == bucket.account
        note = Reason(Layer.KEY, "", "", "the AWS managed key serves its own account only")
        return Judgement(YES if own else NO, NO, () if own else (Layer.KEY,), [], [note])
    key = prepared.key_named(reference, bucket.account, bucket.region)
    arn = key.arn if key is not None else _key_arn(reference, bucket)
    values: dict[str, ContextValue] = {
        "kms:ViaService": f"s3.{bucket.region}.amazonaws.com",
        "kms:CallerAccount": caller.principal.account or "",
        "kms:EncryptionContext:aws:s3:arn": context_arn,
        "kms:EncryptionContextKeys": ("aws:s3:arn",),
        "aws:ViaAWSService": "true",
        "aws:CalledVia": ("s3.amazonaws.com",),
    }
    called = context.without(NETWORK_KEYS).extended(values)
    granted = NO
    if key is not None:
        for grant in key.entry.grants:
            names = (caller.principal.role_arn, caller.principal.arn)
            if grant.grantee_principal in names and "Decrypt" in grant.operations:
                granted |= YES if grant.constraints is None else UNKNOWN
        granted |= UNKNOWN if key.entry.grants.unknown is not None else NO
    return judge(prepared, caller, "kms:decrypt", arn, called, granted=granted)


def _key_arn(reference: str, bucket: PlacedBucket) -> str:
    if reference.startswith("arn:"):
        return reference
    name = reference if reference.startswith(("alias/", "key/")) else f"key/{reference}"
    return f"arn:aws:kms:{bucket.region}:{bucket.account}:{name}"


def _encryption_contexts(encryption: BucketEncryption, object_arn: str, bucket_arn: str) -> tuple[str, ...]:
    """With a bucket key the context is the bucket; objects from before it, and writers' choice, keep theirs (A15-6)."""
    return (object_arn,) if encryption.bucket_key_enabled is False else (bucket_arn, object_arn)
