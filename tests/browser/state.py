"""One page in one of the states it can be in, and how a browser is brought there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

COMMONS = "/communs/{slug}"
ENVELOPE = f"{COMMONS}/enveloppes/{{envelope_id}}"
DOSSIER = "/dossiers/{dossier_id}"


@dataclass(frozen=True, slots=True)
class State:
    """A page as someone sees it. `who` is nobody, or a key of the village's people.

    `route` is the path as the application declares it. A `form` is what a person types and
    sends from `path` (the first form whose action ends with `action`), `upload` the file they
    choose (under `upload_name`), `hidden` what no button of theirs sends.
    """

    name: str
    route: str
    path: str
    who: str = ""
    status: int = 200
    action: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    upload: bytes = b""
    upload_name: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_sent(self) -> bool:
        return bool(self.form or self.action)
