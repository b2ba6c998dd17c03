"""What a check of a database says to people, one sentence for each promise it finds broken."""

from commons.kernel.text import t

CONTRADICTED = {
    "a-checkpoint-covers-the-leaves": t(
        "Le dernier point de contrôle d'un journal ne compte pas toutes ses écritures."
    ),
    "a-checkpoint-signs-what-is-kept": t(
        "Un point de contrôle signé ne dit pas l'origine, la taille et la racine conservées."
    ),
    "a-hash-is-that-of-its-leaf": t("Une écriture n'a plus son empreinte."),
    "a-head-is-a-checkpoint": t(
        "Une ligne du registre de tous les journaux n'est pas un point de contrôle signé."
    ),
    "a-head-soon-follows-its-journal": t(
        "Un journal manque depuis plus d'une heure au registre de tous les journaux."
    ),
    "a-holder-is-who-was-committed-to": t(
        "Un compte n'est pas à la personne que ses écritures désignent."
    ),
    "a-reversal-is-once-and-opposite": t(
        "Une contre-écriture n'est pas l'opposé, unique, d'une écriture."
    ),
    "a-reversal-moves-back-what-moved": t(
        "Une contre-écriture ne ramène pas l'argent d'où il venait."
    ),
    "amounts-fit-their-unit": t(
        "Un montant est d'une unité inconnue, ou plus fin que son unité."
    ),
    "an-attester-is-kept-under-the-attested": t(
        "Une valeur personnelle est rangée sous une autre écriture que la sienne."
    ),
    "an-entry-waits-or-is-a-leaf": t(
        "Une écriture n'est ni en attente ni scellée, ou les deux ; ou ce qui attend ou est "
        "scellé n'est pas une écriture."
    ),
    "balances-are-the-sum-of-postings": t("Un solde n'est pas la somme de ses mouvements."),
    "columns-say-what-the-leaf-says": t(
        "Une colonne dit autre chose que le texte scellé de l'écriture."
    ),
    "every-row-is-of-a-journal": t(
        "Des lignes sont d'un commun sans journal, ou dont le journal a une autre origine."
    ),
    "leaves-are-numbered-without-gap": t(
        "Les écritures scellées d'un journal ne se suivent pas."
    ),
    "money-sums-to-zero": t("Les mouvements d'une écriture ne s'équilibrent pas."),
    "no-address-in-a-leaf": t("Une écriture contient une adresse électronique."),
    "nobody-attests-their-own": t(
        "Une personne atteste sa propre contribution, ou deux fois la même."
    ),
    "nothing-is-given-that-is-not-held": t("Un compte est plus bas qu'il ne peut l'être."),
    "postings-are-those-of-the-leaf": t(
        "Un mouvement d'argent n'est pas celui du texte scellé de l'écriture."
    ),
    "rules-are-those-of-their-entry": t(
        "Des règles en vigueur ne sont pas celles qu'une écriture a consignées."
    ),
    "tiles-are-kept-for-the-leaves": t(
        "Les racines conservées pour les preuves ne correspondent pas au nombre d'écritures."
    ),
    "what-is-closed-was-erased": t(
        "Une valeur personnelle manque sans que son effacement soit consigné, ou est encore "
        "là après son effacement."
    ),
    "what-is-open-was-committed-to": t(
        "Une valeur personnelle n'est pas celle qui a été consignée."
    ),
}
"""By the name of the query in `ledger/invariants`."""
