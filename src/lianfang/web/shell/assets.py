"""Static files as they are now: one that was built anew while the server runs is served whole.

WhiteNoise looks at every file when the server starts, and says of it from then on the size that it had: of a longer one a browser
would get the beginning only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware


class Assets(WhiteNoiseMiddleware):
    """The middleware that serves them."""

    def __init__(self, *settings: Any) -> None:
        self.written: dict[str, tuple[str, int]] = {}
        super().__init__(*settings)  # type: ignore[no-untyped-call]

    def add_file_to_dictionary(self, url: str, path: str, *stats: Any, **more: Any) -> None:
        """Take in a file as it is now."""
        super().add_file_to_dictionary(url, path, *stats, **more)  # type: ignore[no-untyped-call]
        self.written[url] = path, Path(path).stat().st_mtime_ns

    def __call__(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]
        """Answer with a file, looked at again where it was written since."""
        path, at = self.written.get(request.path_info, ("", 0))
        if path and Path(path).exists() and Path(path).stat().st_mtime_ns != at:
            self.add_file_to_dictionary(request.path_info, path)
        answer: HttpResponseBase = super().__call__(request)  # type: ignore[no-untyped-call]
        return answer
