"""Where pictures are kept: a folder, or storage that speaks S3. By ``STORAGE_URL``."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

FOLDER = "django.core.files.storage.FileSystemStorage"
S3 = "storages.backends.s3.S3Storage"


def read(url: str, folder: Path) -> dict[str, Any]:
    """The storage as Django's settings have it; in ``folder`` where the address is empty.

    ``file:///srv/pictures`` is another folder; ``s3://KEY:SECRET@host/bucket/below?region=…`` a
    bucket, ``s3+http://`` one without encryption on a network of one's own. Without a key, the
    machine's own role is used. Raises ValueError with the end of a sentence that begins with the
    variable's name; the address may hold a secret, so it is not repeated.
    """
    if not url:
        return in_folder(folder)
    parts = urlsplit(url)
    if parts.scheme == "file":
        if parts.netloc or not parts.path.strip("/"):
            raise ValueError("must name a folder from the root on, like file:///srv/pictures")
        return in_folder(Path(unquote(parts.path)))
    if parts.scheme not in ("s3", "s3+http"):
        raise ValueError("must begin with one of file, s3, s3+http, then ://")
    if find_spec("storages") is None:
        raise ValueError("needs the packages of requirements-s3.lock, or: django-storages[s3]")
    return _bucket(parts)


def in_folder(folder: Path) -> dict[str, Any]:
    """A folder that only the site's own user may enter: it holds pictures of drafts, too."""
    return {
        "BACKEND": FOLDER,
        "OPTIONS": {
            "location": str(folder),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


def _bucket(parts: SplitResult) -> dict[str, Any]:
    bucket, _slash, below = unquote(parts.path).strip("/").partition("/")
    asked = parse_qs(parts.query, keep_blank_values=True)
    try:
        host = parts.hostname and parts.netloc.rpartition("@")[2]
        well_formed = parts.port is None or parts.port > 0
    except ValueError:
        host, well_formed = None, False
    if not host or not bucket or not well_formed or parts.fragment:
        raise ValueError("must look like s3://KEY:SECRET@host/bucket")
    if set(asked) - {"region"}:
        raise ValueError("takes no other parameter than ?region=")
    if bool(parts.username) != bool(parts.password):
        raise ValueError("must hold both a key and its secret, as s3://KEY:SECRET@…, or neither")
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "location": below,
        "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{host}",
        "addressing_style": "path",
        "default_acl": None,  # as private as the bucket is: pictures are only served by the site
        "file_overwrite": False,
    }
    if parts.username and parts.password:
        options |= {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
        }
    if asked:
        options["region_name"] = asked["region"][-1]
    return {"BACKEND": S3, "OPTIONS": options}
