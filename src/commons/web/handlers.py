"""Types of what handlers ask for by name; `app.py` provides them."""

from typing import Annotated, TypeAlias

from litestar.params import Dependency
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.web.context import Services

Db: TypeAlias = Annotated[AsyncConnection, Dependency(skip_validation=True)]
Lent: TypeAlias = Annotated[Services, Dependency(skip_validation=True)]
