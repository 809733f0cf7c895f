"""Files that come with a form: as much of them is taken in as a picture may have, and no more."""

from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from plans.sections import PICTURE_BYTES

LARGEST_REQUEST = 3 * PICTURE_BYTES
"""A form with files is refused when it is larger in all, before anything of it is read."""


class FilesTooLarge(RequestDataTooBig):
    """The files of a form are larger than any form's can be."""


class Bounded(FileUploadHandler):
    """Keeps a file in memory. Of one that is too large, one byte more than is taken.

    So the form can say what is wrong beside its input, and nothing grows without end meanwhile.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  # its name in Django
        content_length: int,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Raise FilesTooLarge for a request that is too large in all."""
        if content_length > LARGEST_REQUEST:
            raise FilesTooLarge

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what there is room for."""
        self.kept.write(raw_data[: PICTURE_BYTES + 1 - self.kept.tell()])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file, as Django's forms know it."""
        size = self.kept.tell()
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept,
            self.field_name,
            self.file_name,
            self.content_type,
            size,
            self.charset,
            self.content_type_extra,
        )
