"""The few files that pages need, held in memory: no directory is served, so none can be escaped from."""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

_DIRECTORY = Path(__file__).parent / "static"
_TYPES = {".woff2": "font/woff2", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_FOR_EVER = "public, max-age=31536000, immutable"


@cache
def _files() -> dict[str, tuple[bytes, str, str]]:
    """Name → content, its type, its digest."""
    return {
        path.name: (
            content := path.read_bytes(),
            _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain",
            hashlib.sha256(content).hexdigest()[:12],
        )
        for path in _DIRECTORY.iterdir()
    }


def address(name: str) -> str:
    """The address of a file; it is another one when the file is."""
    return f"/static/{_files()[name][2]}/{name}"


@require_safe
def static_file(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """The file, which a browser may keep for ever under this address. The digest of another version is no hindrance."""
    if name not in _files():
        raise Http404
    content, kind, known = _files()[name]
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Cache-Control"] = _FOR_EVER if digest == known else "no-cache"
    return answer
