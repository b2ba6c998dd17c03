"""The border of `procurement/starts.yaml`: what a dossier begins with, by what is bought."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from commons.procurement.catalogue import Ccag
from commons.procurement.content_files import Identifier, Line
from commons.procurement.dossier_file import ChoicePart, CriterionPart


class StartFile(BaseModel):
    """Clauses and criteria proposed for one kind of purchase."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Identifier
    title: Line
    ccag: Ccag
    clauses: Annotated[tuple[ChoicePart, ...], Field(min_length=1)]
    criteria: Annotated[tuple[CriterionPart, ...], Field(min_length=2)]


class StartsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    starts: Annotated[tuple[StartFile, ...], Field(min_length=1)]
