"""C7: the encryption and audit baseline of sensitive zones."""

import pytest

ZONES = ["curated", "encrypted", "masked", "raw"]


def statements(decision, layer):
    return {reason["statement"] for reason in decision["reasons"] if reason["layer"] == layer}


def through_s3(lake, zone):
    """What KMS sees when S3 uses a zone's key for a request of the registration role."""
    return {
        "kms__ViaService": "s3.eu-west-1.amazonaws.com",
        "kms__ResourceAliases": [f"alias/acme-dev-{zone}-100000000001"],
        "kms__EncryptionContext:aws:s3:arn": lake.objects(zone).removesuffix("/x"),
        "aws__ViaAWSService": "true",
    }


def test_zone_is_read_with_its_own_key_only(lake):
    """The masked zone's registration role decrypts with the masked key; with the curated key it is refused."""
    role = "acme-dev-registration-masked"
    own = lake.request(role, "kms:Decrypt", lake.key("masked"), **through_s3(lake, "masked"))
    other = lake.request(role, "kms:Decrypt", lake.key("curated"), **through_s3(lake, "curated"))

    assert own["verdict"] == "ALLOW"
    assert other["may"] in {"IMPLICIT_DENY", "EXPLICIT_DENY"}
    assert "key" in other["blockedBy"]


def test_zone_writer_encrypts_with_the_zones_key(lake):
    """The registration role of a zone that is written takes data keys from the zone's key."""
    role, context = "acme-dev-registration-masked", through_s3(lake, "masked")

    assert lake.request(role, "kms:GenerateDataKey", lake.key("masked"), **context)["verdict"] == "ALLOW"


@pytest.mark.parametrize("zone", ZONES)
def test_who_uses_a_key_does_not_administer_it(lake, zone):
    """The registration role can't write the key's policy; the deployer can, and can't decrypt."""
    role, key = f"acme-dev-registration-{zone}", lake.key(zone)

    assert "key" in lake.request(role, "kms:PutKeyPolicy", key)["blockedBy"]
    assert lake.request("lakeward-deployer", "kms:PutKeyPolicy", key)["may"] == "ALLOW"
    assert "key" in lake.request("lakeward-deployer", "kms:Decrypt", key)["blockedBy"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("header", "statement"),
    [
        ({"s3__x-amz-server-side-encryption": "AES256"}, "DenyPutsThatChooseAnAlgorithm"),
        ({"s3__x-amz-server-side-encryption": "aws:kms"}, "DenyPutsThatChooseAnAlgorithm"),
        ({"s3__x-amz-server-side-encryption-aws-kms-key-id": "k"}, "DenyPutsThatChooseAKey"),
        ({"s3__x-amz-server-side-encryption-customer-algorithm": "AES256"}, "DenyPutsWithACustomersKey"),
    ],
)
def test_put_that_chooses_its_encryption_is_denied(lake, zone, header, statement):
    """Only a put without encryption headers takes the zone's key; any header is denied by a statement of its own."""
    role = f"acme-dev-registration-{zone}"
    chosen = lake.request(role, "s3:PutObject", lake.objects(zone), **header)

    assert chosen["may"] == "EXPLICIT_DENY"
    assert statement in statements(chosen, "resource")


@pytest.mark.parametrize("zone", ["curated", "encrypted", "masked"])
def test_put_without_headers_is_allowed_to_the_zones_writer(lake, zone):
    """The positive twin."""
    put = lake.request(f"acme-dev-registration-{zone}", "s3:PutObject", lake.objects(zone), aws__SecureTransport="true")

    assert put["verdict"] == "ALLOW"


@pytest.mark.parametrize("zone", [*ZONES, "query-results", "logs"])
def test_plain_http_is_denied_on_every_bucket(lake, zone):
    """TLS only, for whoever asks."""
    plain = lake.request(
        "lakeward-deployer", "s3:ListBucket", f"arn:aws:s3:::acme-dev-{zone}-100000000001", aws__SecureTransport="false"
    )

    assert plain["may"] == "EXPLICIT_DENY"
    assert "DenyPlainHttp" in statements(plain, "resource")


def test_trail_records_reads_and_writes_of_every_classified_bucket(lake):
    """Data events cover each bucket of the lake but the log bucket itself."""
    (trail,) = (r for r in lake.recording["resources"] if r["type"] == "aws:cloudtrail/trail:Trail")
    (fields,) = (
        {field["field"]: field for field in selector["fieldSelectors"]}
        for selector in trail["inputs"]["advancedEventSelectors"]
        if any(field.get("equals") == ["Data"] for field in selector["fieldSelectors"])
    )
    buckets = {bucket["Name"] for bucket in lake.region["s3"]["Buckets"]}

    # No field narrows it to reads or writes.
    assert set(fields) == {"eventCategory", "resources.type", "resources.ARN"}
    assert fields["resources.type"]["equals"] == ["AWS::S3::Object"]
    # Tenants' own buckets, present and to come, begin alike; every other bucket is named.
    own = "arn:aws:s3:::acme-dev-tenant-"
    assert set(fields["resources.ARN"]["startsWiths"]) == {own} | {
        f"arn:aws:s3:::{name}/" for name in buckets if "-logs-" not in name and "-tenant-" not in name
    }
    assert [name for name in buckets if f"arn:aws:s3:::{name}".startswith(own)]


def test_nobody_deletes_logs(lake):
    """The log bucket denies deletion to everyone, the deployer too."""
    deletion = lake.request("lakeward-deployer", "s3:DeleteObject", lake.objects("logs"))

    assert deletion["may"] == "EXPLICIT_DENY"
    assert "DenyDeletionOfLogs" in statements(deletion, "resource")
