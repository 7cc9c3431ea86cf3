"""The interface itself: who may use it, how its problems look and how it describes itself."""

from __future__ import annotations

from typing import Annotated, Any, cast

from django.http import HttpRequest
from ninja import Header, NinjaAPI, Query, Schema
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from lianfang.api.problems import HANDLERS, MEDIA
from lianfang.api.schemas import Broken, Malformed, Problem
from lianfang.office import accounts
from lianfang.office.views import PersonView

FIRST_PROBLEM = 400
Answers = dict[int, type[Schema]]
ABOUT = """\
廉防的接口：页面能办的事，接口都能办，结论相同。
What a page can do, the interface can do, with the same verdict. Texts for people stand in both languages; problems (RFC 9457) are in
Chinese, or in English where `Accept-Language` asks for it.
"""


class Bearer(HttpBearer):
    """A person by their token. Cookies of the pages mean nothing here, so nothing can be done with them from elsewhere."""

    def authenticate(self, request: HttpRequest, token: str) -> PersonView | None:
        """The person whose token it is."""
        return accounts.token_person(token)


class Interface(NinjaAPI):
    """An interface whose errors are problems, in its description too."""

    def __init__(self, **described: Any) -> None:
        super().__init__(**described)
        self._schemas: dict[str, OpenAPISchema] = {}

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> OpenAPISchema:
        """The description, with the media type that errors really have. It is made once for each place where this is reached."""
        place = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        if place not in self._schemas:
            self._schemas[place] = self._schema(place)
        return self._schemas[place]

    def _schema(self, place: str) -> OpenAPISchema:
        described = super().get_openapi_schema(path_prefix=place)
        for methods in described["paths"].values():
            for operation in methods.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= FIRST_PROBLEM:
                        answer["content"] = {MEDIA: next(iter(answer["content"].values()))}
        return described


api = Interface(
    title="Lianfang 廉防", version="v1", description=ABOUT, auth=Bearer(), docs_url=None, openapi_url="/openapi.json", urls_namespace="api"
)
for kind, handler in HANDLERS.items():
    api.add_exception_handler(kind, handler)

ASKED: Answers = {401: Problem, 500: Broken}
"""What any request that needs a token may be answered with."""
FOUND: Answers = {**ASKED, 404: Problem}
"""The same for a request that names something."""
SENT: Answers = {400: Problem, 413: Problem, 422: Malformed}
"""What a request with a body may be answered with besides."""


PageNumber = Annotated[int, Query(ge=1, le=999_999, description="Which page; the first is 1.")]
Key = Annotated[
    str, Header(alias="Idempotency-Key", max_length=64, pattern=r"^[\x21-\x7e]*$", description="Makes a repeated submission harmless.")
]


def person_id(request: HttpRequest) -> str:
    """Who asks."""
    return cast(PersonView, request.auth).id  # type: ignore[attr-defined]
