"""What an election gave, drawn as money that flows."""

from collections.abc import Sequence

from commons.chamber.model import Envelope, Funded
from commons.kernel.text import Text, t
from commons.web.charts import FlowChart, flow_chart

DRAWN_MAX = 10


def election_flow(envelope: Envelope, funded: Sequence[Funded]) -> FlowChart:
    """From the envelope to the proposals funded; beyond ten, the rest is one ribbon."""
    targets: list[tuple[Text | str, int]] = [
        (item.label, item.cents) for item in funded[:DRAWN_MAX]
    ]
    others = funded[DRAWN_MAX:]
    if others:
        text = t("{count} autres propositions", count=len(others))
        targets.append((text, sum(item.cents for item in others)))
    rest = envelope.cents - sum(item.cents for item in funded)
    if rest > 0:
        targets.append((t("reste au commun"), rest))
    return flow_chart(t("Enveloppe"), targets)
