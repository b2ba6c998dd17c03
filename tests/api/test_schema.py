"""Whatever a program sends to the API, the answer is one that the schema announces."""

from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy.ext.asyncio import create_async_engine
from tests.api.conftest import Listening
from tests.doors import open_door

from commons.web.i18n import translate
from commons.web.problems import TITLES

NOWHERE = create_async_engine("postgresql+asyncpg://nobody@nowhere/nothing")
SCHEMA = schemathesis.openapi.from_dict(
    open_door(NOWHERE, Path("/nowhere")).app.openapi_schema.to_schema()
)
OPERATIONS = {
    operation.label: operation
    for operation in (
        found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)
    )
    if operation.path.startswith("/api/v1/")
}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def check(
    listening: Listening, case: Case[Any], *, signed: bool, language: str, known: bool
) -> None:
    if known and "slug" in (case.path_parameters or {}):
        case.path_parameters["slug"] = listening.slug
    headers = {"Accept-Language": language, **(listening.bearer if signed else {})}
    answer = case.call(base_url=listening.url, headers=headers)
    checks = [*CHECKS, *([] if known else [negative_data_rejection])]
    case.validate_response(answer, checks=checks)
    if answer.status_code >= 400:
        check_problem(answer.json(), answer.status_code, language)


def check_problem(problem: dict[str, Any], status: int, language: str) -> None:
    code = problem["type"].removeprefix("/problemes/")
    assert problem["status"] == status
    assert problem["title"] == translate(TITLES[code], language)
    assert problem["detail"]


def campaign(listening: Listening, label: str, mode: GenerationMode, examples: int) -> None:
    is_positive = mode is GenerationMode.POSITIVE

    @settings(max_examples=examples, deadline=None, suppress_health_check=QUIET)
    @given(
        case=OPERATIONS[label].as_strategy(generation_mode=mode),
        signed=st.booleans(),
        language=st.sampled_from(["fr", "en"]),
        known=st.booleans() if is_positive else st.just(value=False),
    )
    def holds(case: Case[Any], *, signed: bool, language: str, known: bool) -> None:
        check(listening, case, signed=signed, language=language, known=known)

    holds()


def has_something_to_get_wrong(label: str) -> bool:
    """A slug is any text at all: what only reads by slug has no malformed request."""
    operation = OPERATIONS[label]
    names = {parameter.name for parameter in operation.iter_parameters()}
    return bool(operation.body) or not names <= {"slug", "Authorization"}


tried = pytest.mark.parametrize(
    ("label", "mode"),
    [
        (label, mode)
        for label in sorted(OPERATIONS)
        for mode in GenerationMode
        if mode is GenerationMode.POSITIVE or has_something_to_get_wrong(label)
    ],
)


@tried
def test_every_answer_is_announced(
    listening: Listening, label: str, mode: GenerationMode
) -> None:
    campaign(listening, label, mode, 5)


@pytest.mark.slow
@tried
def test_every_answer_is_announced_over_a_long_campaign(
    listening: Listening, label: str, mode: GenerationMode
) -> None:
    campaign(listening, label, mode, 150)


@pytest.mark.parametrize("code", sorted(TITLES))
def test_the_page_of_every_problem_exists(listening: Listening, code: str) -> None:
    answer = requests.get(f"{listening.url}/problemes/{code}", timeout=20)
    assert answer.status_code == 200
