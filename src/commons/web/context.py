"""What handlers of every slice are given by name: database, clock, keys, settings."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from commons.kernel.clock import Clock
from commons.keyring import Keyring
from commons.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """What an instance lends to its handlers."""

    settings: Settings
    keyring: Keyring
    engine: AsyncEngine
    clock: Clock
