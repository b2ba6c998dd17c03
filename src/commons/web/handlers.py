"""Types of what handlers ask for by name; `app.py` provides them."""

from typing import TypeAlias

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.web.context import Services

Db: TypeAlias = NamedDependency[AsyncConnection]
Lent: TypeAlias = NamedDependency[Services]

ANYONE = "anyone"
"""Names, in `opt`, an operation whose request proves by itself that it may be made."""
