"""What an uploaded image must be, wherever it is uploaded."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

ACCEPTED = {"image/jpeg": {".jpg", ".jpeg"}, "image/png": {".png"}, "image/webp": {".webp"}}


def validate_uploaded_image(upload: UploadedFile) -> None:
    """Passes JPEG, PNG and WebP up to `UPLOAD_IMAGE_MAX_BYTES`; Pillow has found out before that it is an image.

    The name's ending must tell the kind truly, as the web server goes by it. A file that was stored before passes.
    Raises: ValidationError for another kind, or for one that is too large.
    """
    if not isinstance(upload, UploadedFile):
        return
    if Path(upload.name or "").suffix.lower() not in ACCEPTED.get(upload.content_type or "", ()):
        raise ValidationError(_("Please choose a JPEG, PNG or WebP image."), code="kind")
    if (upload.size or 0) > settings.UPLOAD_IMAGE_MAX_BYTES:
        raise ValidationError(
            _("The image is larger than %(limit)d MB."),
            code="size",
            params={"limit": settings.UPLOAD_IMAGE_MAX_BYTES // 1024 // 1024},
        )
