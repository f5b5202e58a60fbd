"""The store that a URL names."""

from __future__ import annotations

import pytest

from portal.platform.storage.opening import open_store


@pytest.mark.parametrize(
    "url",
    [
        "file://relative/path",
        "file:///",
        "ftp://host/x",
        "s3://",
        "s3://bucket?colour=red",
        "s3://bucket?encryption=rot13",
        "s3://bucket?kms_key=alias/portal",
        "s3://bucket?encryption=AES256&kms_key=alias/portal",
        "",
    ],
)
def test_a_wrong_url_is_refused_with_its_mend(url: str) -> None:
    with pytest.raises(ValueError, match="STORAGE_URL"):
        open_store(url)
