"""Documents: one canonical text, within AWS's limits."""

from __future__ import annotations

import json

import pytest

from lakeward.documents.document import Document, DocumentKind, check_size
from lakeward.documents.errors import MalformedDocumentError
from lakeward.documents.statement import EVERYTHING, Service, allow, deny_everyone
from lakeward.errors import ConfigurationError

READ = allow("AllowReading", ("s3:GetObject",), ("arn:aws:s3:::lake/*",))
LIST = allow("AllowListing", ("s3:ListBucket",), ("arn:aws:s3:::lake",))
CLOSE = deny_everyone("DenyAll", ("s3:*",), ("arn:aws:s3:::lake/*",))
TRUST = allow("AllowGlue", ("sts:AssumeRole",), principal=Service("glue.amazonaws.com"))


def test_a_document_is_canonical():
    """The order in which statements were given doesn't show, and there is no space to spare."""
    one = Document(DocumentKind.INLINE_POLICY, "reader", (READ, LIST)).render()
    other = Document(DocumentKind.INLINE_POLICY, "reader", (LIST, READ)).render()

    assert one == other
    assert json.loads(one)["Version"] == "2012-10-17"
    assert [statement["Sid"] for statement in json.loads(one)["Statement"]] == ["AllowListing", "AllowReading"]
    assert one == json.dumps(json.loads(one), separators=(",", ":"), sort_keys=True)


@pytest.mark.parametrize(
    ("kind", "statements"),
    [
        (DocumentKind.INLINE_POLICY, ()),
        (DocumentKind.INLINE_POLICY, (READ, READ)),
        (DocumentKind.INLINE_POLICY, (CLOSE,)),
        (DocumentKind.BUCKET_POLICY, (READ,)),
        (DocumentKind.TRUST_POLICY, (CLOSE,)),
        (DocumentKind.KEY_POLICY, (TRUST,)),
    ],
)
def test_a_document_of_another_form_cannot_be_built(kind, statements):
    """No statements, two with one Sid, a principal or a resource where the kind has none, or none where it has one."""
    with pytest.raises(MalformedDocumentError):
        Document(kind, "x", statements)


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        (DocumentKind.INLINE_POLICY, READ),
        (DocumentKind.MANAGED_POLICY, READ),
        (DocumentKind.BUCKET_POLICY, CLOSE),
        (DocumentKind.KEY_POLICY, deny_everyone("DenyAll", ("kms:Decrypt",), EVERYTHING)),
        (DocumentKind.TRUST_POLICY, TRUST),
    ],
)
def test_a_document_of_its_own_form_can_be_built(kind, statement):
    """Each kind takes the statements that it is made of."""
    assert json.loads(Document(kind, "x", (statement,)).render())["Statement"] == [statement.rendered()]


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_a_document_longer_than_aws_takes_says_what_to_do(kind):
    """The limit itself passes; one byte more names the document, its size, the limit and the remedy."""
    check_size(kind, "x", ("a" * (kind.limit - 1), "b"))

    with pytest.raises(ConfigurationError) as caught:
        check_size(kind, "x", ("a" * kind.limit, "ä"))

    assert caught.value.lines() == (
        f"personas: the {kind.noun} of `x` has {kind.limit + 2} of {kind.limit} bytes; {kind.remedy}",
    )


def test_a_document_checks_its_own_size():
    """Rendering refuses what AWS would refuse."""
    objects = tuple(f"arn:aws:s3:::lake/{number:04}/*" for number in range(100))
    document = Document(DocumentKind.TRUST_POLICY, "reader", (TRUST,))
    too_long = Document(
        DocumentKind.MANAGED_POLICY,
        "bound",
        tuple(allow(f"Allow{number}", ("s3:GetObject",), objects) for number in range(3)),
    )

    assert document.render()
    with pytest.raises(ConfigurationError, match="the managed policy of `bound` has"):
        too_long.render()
