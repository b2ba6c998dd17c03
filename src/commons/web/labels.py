"""How codes are said to people, in one place."""

from commons.kernel.text import Text, t

role: dict[str, Text] = {
    "contributor": t("contributrice ou contributeur"),
    "steward": t("garante ou garant"),
    "treasurer": t("trésorière ou trésorier"),
    "animator": t("animatrice ou animateur"),
    "delegate": t("déléguée ou délégué"),
    "auditor": t("commissaire aux comptes"),
    "agent": t("agente ou agent"),
    "signatory": t("signataire"),
}
resource_kind: dict[str, Text] = {
    "natural": t("naturelle"),
    "material": t("matérielle"),
    "immaterial": t("immatérielle"),
}
maturity: dict[str, Text] = {
    "idea": t("une idée"),
    "building": t("en construction"),
    "running": t("en fonctionnement"),
    "established": t("établi"),
}
readers: dict[str, Text] = {
    "public": t("tout le monde, noms compris"),
    "pseudonyms": t("tout le monde, sans les noms ni les textes"),
    "members": t("les membres seulement"),
}
organisation: dict[str, Text] = {
    "association": t("association"),
    "de-facto": t("association de fait"),
    "scic": t("SCIC"),
    "cae": t("coopérative d'activité et d'emploi"),
    "company": t("entreprise"),
    "collectivite": t("collectivité"),
    "other": t("autre"),
}
kind: dict[str, Text] = {
    "contribution": t("Contribution"),
    "attestation": t("Attestation"),
    "contest": t("Contestation"),
    "answer": t("Réponse"),
    "reversal": t("Contre-écriture"),
    "claim": t("Demande de rétribution"),
    "transfer": t("Mouvement d'argent"),
    "document": t("Document"),
    "erasure": t("Effacement"),
}
document: dict[str, Text] = {
    "rules": t("Règles du journal"),
    "charter": t("Charte"),
    "publiccode": t("Fiche de logiciel (publiccode.yml)"),
}
state: dict[str, Text] = {
    "recorded": t("consignée"),
    "awaiting": t("en attente d'attestation"),
    "attested": t("attestée"),
    "accepted": t("acceptée sans contestation"),
    "contested": t("contestée"),
    "reversed": t("annulée"),
}
nature: dict[str, Text] = {
    "work": t("travail"),
    "in-kind": t("apport en nature"),
    "material": t("matériel"),
    "knowledge": t("savoir"),
}
reward: dict[str, Text] = {
    "pro-bono": t("bénévole"),
    "open": t("ouvert à rétribution"),
}
purpose: dict[str, Text] = {
    "funding": t("argent reçu"),
    "envelope": t("ouverture d'une enveloppe"),
    "award": t("répartition d'une enveloppe"),
    "payment": t("paiement"),
    "return": t("reste rendu au commun"),
}
