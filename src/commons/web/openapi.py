"""How refusals are described to programs."""

from dataclasses import dataclass, field

from litestar.openapi.datastructures import ResponseSpec

PROBLEM = "application/problem+json"
SECURED: list[dict[str, list[str]]] = [{"bearer": []}]
MEANINGS = {
    400: "What was sent cannot be read.",
    401: "No token, or one that is not valid.",
    403: "The roles of the token's person do not allow it.",
    404: "There is no such thing, or the reader may not know of it.",
    409: "A key is taken, or a rule of the commons stands against it.",
    413: "More than 10 MB.",
    422: "One or more fields are not acceptable; `errors` says which and why.",
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal (RFC 9457), in the language of `Accept-Language`: French or English.

    `type` is the address of a page that explains it.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = field(default_factory=list)


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """The problems an operation may answer with; any may answer 400 and 401."""
    return {
        status: ResponseSpec(
            data_container=Problem,
            generate_examples=False,
            description=MEANINGS[status],
            media_type=PROBLEM,
        )
        for status in sorted({400, 401, *statuses})
    }


def read(*statuses: int) -> dict[int, ResponseSpec]:
    """Refusals of an operation that only reads."""
    return refusals(404, 422, *statuses)


def written(*statuses: int) -> dict[int, ResponseSpec]:
    """Refusals of an operation that takes a body and writes."""
    return refusals(403, 404, 409, 413, 422, *statuses)
