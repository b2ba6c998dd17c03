"""Write docs/rights.md from the table of rights; `tests/test_docs.py` keeps it up to date."""

from pathlib import Path

from commons.identity.model import Role
from commons.identity.rules import RIGHTS, Operation
from commons.web import labels

FILE = Path(__file__).resolve().parents[1] / "docs" / "rights.md"
MEANING = {
    Operation.EDIT_COMMONS: "modifier la fiche du commun, et qui lit son journal",
    Operation.EDIT_ORGANISATION: "corriger la fiche d'une organisation",
    Operation.INVITE: "inviter des membres, leur retirer un rôle",
    Operation.READ_JOURNAL: "lire le journal avec les noms et les textes",
    Operation.LOG: "consigner ses contributions, annuler les siennes",
    Operation.LOG_FOR_OTHERS: "consigner pour d'autres, importer un tableau",
    Operation.ATTEST: "attester ou contester ce qu'écrit une autre personne, le retirer",
    Operation.REVERSE: "annuler la contribution ou le document d'une autre personne",
    Operation.RECEIVE_MONEY: "consigner de l'argent reçu, l'annuler",
    Operation.OPEN_ENVELOPE: "ouvrir une enveloppe, l'annuler tant qu'elle n'est pas répartie",
    Operation.CLAIM: "demander une rétribution, changer sa demande",
    Operation.SETTLE: "proposer une règle, adopter celle d'une autre, annuler une répartition",
    Operation.PAY: "consigner un paiement à une autre personne, l'annuler",
    Operation.STATEMENTS: "relevé et attestation d'un membre, valorisation du bénévolat",
    Operation.CHARTER: "rédiger une charte",
    Operation.DOSSIER: "préparer un dossier de consultation",
    Operation.APPOINT: "Inviter des personnes à préparer des dossiers",
}
HEADING = """\
# Qui peut faire quoi

Ce tableau est écrit par `scripts/rights.py` d'après `src/commons/identity/rules.py`.

Un rôle vaut dans un commun ou une organisation, pas dans les autres. Ce qui est public se lit
sans rôle ; rien ne s'écrit sans rôle. Au-delà du tableau :

- personne n'atteste sa propre contribution, ne règle seul·e une enveloppe où elle ou il a une
  demande, ni ne se paie soi-même ;
- ce qui est écrit se corrige par une contre-écriture, avec sa raison, sur la page de l'écriture
  ou par l'API : une contribution par qui l'a donnée, un document par qui l'a consigné, sinon
  par une personne garante ; une attestation ou une contestation par qui l'a écrite, seulement ;
- un mouvement d'argent s'annule par qui pourrait le consigner (argent reçu, ouverture d'une
  enveloppe, répartition, paiement), mais personne n'annule seul·e un paiement reçu, ni la
  répartition d'une enveloppe où elle ou il a une demande ; ce qui est parti depuis s'annule
  d'abord, et plus rien ne s'annule quand une personne concernée a effacé ses données ;
- une demande se change sur son enveloppe ; des règles, une réponse, un effacement et une
  contre-écriture ne s'annulent pas ;
- une personne qui a un rôle quelque part peut inscrire un commun (elle en devient garante) ou
  une organisation (elle peut alors la corriger) ;
- les garantes et garants de l'instance préparent des dossiers, et n'ont aucun pouvoir sur un
  commun dont ils ne sont pas ;
- la dernière personne garante d'un commun ne peut pas quitter ce rôle ;
- chaque personne a son propre relevé et sa propre attestation, même sans rôle aujourd'hui ;
  ceux d'une autre ne se lisent pas sans ces rôles, même quand le journal est public.

"""


def table() -> str:
    """The whole page."""
    held = [role for role in Role if any(role in roles for roles in RIGHTS.values())]
    names = [str(labels.role[role]) for role in held]
    lines = [
        "| Opération | " + " | ".join(names) + " |",
        "|---|" + ":-:|" * len(held),
    ]
    for operation in Operation:
        marks = ["oui" if role in RIGHTS[operation] else "" for role in held]
        lines.append(f"| {MEANING[operation]} | " + " | ".join(marks) + " |")
    return HEADING + "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
