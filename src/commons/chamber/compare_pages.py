"""Rules side by side on claims that anyone types: nothing is kept."""

from litestar import Controller, get, post
from litestar.response import Template

from commons.allocation.claims import USUAL
from commons.allocation.csv_rows import cents
from commons.allocation.division import Claim, Division, divide
from commons.chamber.reading import read_field
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import t
from commons.web.charts import moves
from commons.web.pages import AnyRequest, View, form_page, read_form


class ComparePages(Controller):
    """Rules side by side on claims that anyone types: nothing is kept."""

    path = "/repartir"
    include_in_schema = False

    @get()
    async def ask(self, request: AnyRequest) -> Template:
        return form_page(request, _compare_view([]))

    @post(status_code=200)
    async def compare(self, request: AnyRequest) -> Template:
        form = await read_form(request)
        with form.shown_again(_compare_view([])):
            faults: list[FieldError] = []
            envelope = read_field(faults, "envelope", cents, form.get("envelope"), 0)
            nobody: list[Claim] = []
            claims = read_field(faults, "claims", _typed_claims, form.get("claims"), nobody)
            if faults:
                raise InputError(t("Le calcul n'a pas été fait."), faults)
            divisions = [divide(envelope, claims, name) for name in USUAL]
        return form_page(request, _compare_view(divisions), form)


def _compare_view(divisions: list[Division]) -> View:
    charts = []
    for division in divisions:
        lines = [(a.claim.name, a.claim.cents, a.cents) for a in division.awards]
        charts.append((division, moves(lines)))
    return View("chamber/compare.html", t("Répartir"), (), {"charts": charts})


def _typed_claims(typed: str) -> list[Claim]:
    claims = []
    for number, line in enumerate(typed.splitlines(), start=1):
        if line.strip():
            name, separator, amount = line.rpartition(";")
            if not separator or not name.strip():
                text = t("Ligne {line} : écrivez « nom ; montant ».", line=number)
                raise InputError(text)
            claims.append(Claim(name.strip(), cents(amount.strip(), number)))
    if not claims:
        raise InputError(t("Écrivez au moins une demande : « nom ; montant »."))
    return claims
