"""Heads outside the database: in a log beside the data, or as locked objects in a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from portal.platform.anchors import Anchor, FileAnchor, Head, ObjectAnchor
from portal.platform.storage.s3 import S3Store

FIRM, OTHER = uuid4(), uuid4()
HEADS = [Head(number, bytes([number]) * 32, "1763878219.123456") for number in (1, 2, 3)]


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """An S3 over real HTTP with a bucket that locks objects and one that does not."""
    patch = pytest.MonkeyPatch()
    patch.setenv("AWS_ACCESS_KEY_ID", "test")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    client = boto3.client("s3", endpoint_url=address, region_name="us-east-1")
    client.create_bucket(Bucket="plain")
    client.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    yield address
    server.stop()
    patch.undo()


@pytest.fixture(params=["file", "plain", "locked"])
def anchor(request: pytest.FixtureRequest, tmp_path: Path) -> Anchor:
    if request.param == "file":
        return FileAnchor(tmp_path / "anchor")
    address = request.getfixturevalue("s3_server")
    return ObjectAnchor(S3Store(request.param, uuid4().hex, endpoint_url=address, region="us-east-1"))


def test_what_is_kept_is_read_firm_by_firm(anchor: Anchor) -> None:
    assert anchor.last_number(FIRM) == 0
    assert anchor.read(FIRM) == {}
    anchor.keep(FIRM, HEADS[:2])
    anchor.keep(FIRM, HEADS)
    anchor.keep(FIRM, [])
    assert anchor.last_number(FIRM) == 3
    assert anchor.read(FIRM) == {head.number: frozenset({head.hash}) for head in HEADS}
    assert anchor.read(OTHER) == {}


def test_a_line_cut_off_by_a_power_cut_is_written_again(tmp_path: Path) -> None:
    anchor = FileAnchor(tmp_path)
    anchor.keep(FIRM, HEADS[:2])
    log = tmp_path / f"{FIRM}.log"
    log.write_bytes(log.read_bytes()[:-20])
    assert anchor.last_number(FIRM) == 1
    anchor.keep(FIRM, HEADS)
    assert anchor.read(FIRM) == {head.number: frozenset({head.hash}) for head in HEADS}


def test_a_line_that_is_none_is_told(tmp_path: Path) -> None:
    anchor = FileAnchor(tmp_path)
    anchor.keep(FIRM, HEADS)
    with (tmp_path / f"{FIRM}.log").open("a") as log:
        log.write("nonsense\n")
    assert 0 in anchor.read(FIRM)


def test_the_last_of_many_is_found_at_the_end_of_the_log(tmp_path: Path) -> None:
    anchor = FileAnchor(tmp_path)
    anchor.keep(FIRM, [Head(number, bytes(32), "1763878219.123456") for number in range(1, 501)])
    assert anchor.last_number(FIRM) == 500


def test_several_at_once_write_each_head_once(tmp_path: Path) -> None:
    heads = [Head(number, bytes(32), "1") for number in range(1, 40)]

    def keep(upto: int) -> None:
        FileAnchor(tmp_path).keep(FIRM, heads[:upto])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, range(1, 40)))
    lines = (tmp_path / f"{FIRM}.log").read_text().splitlines()
    assert [int(line.split()[0]) for line in lines] == list(range(1, 40))


def test_a_second_head_of_a_number_stays_visible(s3_server: str) -> None:
    anchor = ObjectAnchor(S3Store("plain", uuid4().hex, endpoint_url=s3_server, region="us-east-1"))
    anchor.keep(FIRM, HEADS)
    anchor.keep(FIRM, [Head(2, b"x" * 32, "1")])
    assert anchor.read(FIRM)[2] == {HEADS[1].hash, b"x" * 32}


def test_a_bucket_with_locks_keeps_heads_from_being_deleted(s3_server: str) -> None:
    ObjectAnchor(S3Store("locked", "", endpoint_url=s3_server, region="us-east-1")).keep(FIRM, HEADS[:1])
    client = boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1")
    (version,) = client.list_object_versions(Bucket="locked", Prefix=f"anchors/{FIRM}/")["Versions"]
    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_object(Bucket="locked", Key=version["Key"], VersionId=version["VersionId"])


def test_a_firm_s_log_has_its_id(tmp_path: Path) -> None:
    FileAnchor(tmp_path).keep(UUID(int=1), HEADS)
    assert [each.name for each in tmp_path.iterdir()] == [f"{UUID(int=1)}.log"]
