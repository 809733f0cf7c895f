"""Where pictures are kept: a folder of one's own, or a bucket, by ``STORAGE_URL``."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from config import environment, storage

FOLDER = Path("/srv/plans/var/media")
BUCKET = "s3://KEY:se%2Fcret@storage.example.org:9000/pictures/of%20plans?region=eu-west-1"


@pytest.fixture
def with_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the two packages for buckets were installed."""
    monkeypatch.setattr(storage, "find_spec", lambda name: object())


def test_unset_it_is_the_folder_media(tmp_path: Path) -> None:
    read = environment.read({})

    assert read.storage["BACKEND"] == "django.core.files.storage.FileSystemStorage"
    assert Path(read.storage["OPTIONS"]["location"]).parts[-2:] == ("var", "media")


def test_another_folder_can_be_named() -> None:
    read = environment.read({"STORAGE_URL": "file:///srv/shared/plan%20pictures"})

    assert read.storage["OPTIONS"]["location"] == "/srv/shared/plan pictures"


def test_nobody_else_on_the_machine_may_look_into_the_folder(tmp_path: Path) -> None:
    kept = FileSystemStorage(**storage.in_folder(tmp_path / "media")["OPTIONS"])

    kept.save("pictures/ab/one.png", ContentFile(b"drawn"))

    places = [tmp_path / "media" / name for name in ("pictures", "pictures/ab/one.png")]
    assert [stat.S_IMODE(place.stat().st_mode) for place in places] == [0o700, 0o600]


@pytest.mark.usefixtures("with_packages")
def test_a_bucket_is_named_with_its_key() -> None:
    assert storage.read(BUCKET, FOLDER) == {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": "pictures",
            "location": "of plans",
            "endpoint_url": "https://storage.example.org:9000",
            "region_name": "eu-west-1",
            "access_key": "KEY",
            "secret_key": "se/cret",
            "addressing_style": "path",
            "default_acl": None,
            "file_overwrite": False,
        },
    }


@pytest.mark.usefixtures("with_packages")
def test_without_a_key_the_machine_has_a_role_of_its_own() -> None:
    options: dict[str, Any] = storage.read("s3+http://minio:9000/pictures", FOLDER)["OPTIONS"]

    assert options["endpoint_url"] == "http://minio:9000"
    assert {"access_key", "secret_key", "region_name"} & set(options) == set()


@pytest.mark.usefixtures("with_packages")
@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("/srv/media", "must begin with one of file, s3, s3+http, then ://"),
        ("https://storage.example.org/pictures", "must begin with one of file, s3, s3+http"),
        ("file://srv/media", "must name a folder from the root on"),
        ("file:///", "must name a folder from the root on"),
        ("s3://storage.example.org", "must look like s3://KEY:SECRET@host/bucket"),
        ("s3:///pictures", "must look like s3://KEY:SECRET@host/bucket"),
        ("s3://host:port/pictures", "must look like s3://KEY:SECRET@host/bucket"),
        ("s3://KEY@host/pictures", "must hold both a key and its secret"),
        ("s3://host/pictures?acl=public", "takes no other parameter than ?region="),
    ],
)
def test_nonsense_is_refused_in_words(url: str, complaint: str) -> None:
    with pytest.raises(environment.Nonsense) as refused:
        environment.read({"STORAGE_URL": url})

    (line,) = str(refused.value).splitlines()[1:]
    assert line.startswith(f"- STORAGE_URL {complaint}")


def test_a_bucket_needs_packages_and_says_which_without_repeating_its_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(storage, "find_spec", lambda name: None)
    with pytest.raises(environment.Nonsense) as refused:
        environment.read({"STORAGE_URL": BUCKET})

    (line,) = str(refused.value).splitlines()[1:]
    assert line == (
        "- STORAGE_URL needs the packages of requirements-s3.lock, or: django-storages[s3]."
    )
