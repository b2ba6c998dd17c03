"""The words of the service, each with one meaning, the same wherever it is explained."""

from dataclasses import dataclass

from commons.kernel.text import Text, t


@dataclass(frozen=True, slots=True)
class Word:
    name: Text
    meaning: Text


GLOSSARY: dict[str, Word] = {
    "commun": Word(
        t("commun"),
        t("Une ressource, une communauté et les règles par lesquelles elle la partage."),
    ),
    "garante": Word(
        t("garante ou garant"),
        t("La personne qui tient les règles du commun : elle invite, et règle avec d'autres."),
    ),
    "journal": Word(
        t("journal"), t("Le registre d'un commun, où l'on ajoute et ne retire jamais.")
    ),
    "ecriture": Word(t("écriture"), t("Une chose qui a eu lieu, consignée au journal.")),
    "contribution": Word(
        t("contribution"),
        t("Du travail, un apport en nature, du matériel ou du savoir donné à un commun."),
    ),
    "attestation": Word(t("attestation"), t("Une autre personne confirme une contribution.")),
    "contre-ecriture": Word(
        t("contre-écriture"),
        t("La seule façon de corriger : elle annule une écriture sans l'effacer."),
    ),
    "enveloppe": Word(
        t("enveloppe"),
        t("De l'argent qu'un commun décide de partager entre les personnes qui ont donné."),
    ),
    "demande": Word(
        t("demande de rétribution"),
        t("Ce qu'une personne demande, publiquement et après coup, sur une enveloppe."),
    ),
    "regle": Word(
        t("règle"),
        t("Une façon de diviser une enveloppe, et que chacun peut refaire soi-même."),
    ),
    "chambre": Word(
        t("chambre des communs"),
        t("L'instance locale qui répartit de l'argent entre des communs."),
    ),
    "empreinte": Word(
        t("empreinte"),
        t("Un nombre calculé sur un document : s'il change d'une lettre, elle change."),
    ),
    "point-de-controle": Word(
        t("point de contrôle"),
        t("Une empreinte signée du journal entier : qui la garde décèle une réécriture."),
    ),
    "charte": Word(
        t("charte"), t("Ce qu'un commun et une collectivité s'engagent à faire, sans prix.")
    ),
    "clause": Word(
        t("clause"), t("Un morceau de contrat, avec sa base légale et ses précautions.")
    ),
    "dossier": Word(
        t("dossier de consultation"),
        t("Les documents d'un achat public, du règlement aux conditions d'exécution."),
    ),
}
