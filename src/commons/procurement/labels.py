"""How the codes of a dossier are said to people, in one place."""

from commons.kernel.text import Text, t

severity: dict[str, Text] = {"error": t("Erreur"), "warning": t("Alerte")}
status: dict[str, Text] = {
    "V-code": t("lu dans le code"),
    "V-JO": t("lu au Journal officiel"),
    "V-2e": t("lu dans une source secondaire"),
    "AV": t("à vérifier"),
}
level: dict[str, Text] = {
    "prudent": t("prudent"),
    "standard": t("standard"),
    "ambitious": t("ambitieux"),
}
purchase: dict[str, Text] = {
    "services": t("services"),
    "supplies": t("fournitures"),
    "works": t("travaux"),
}
procedure: dict[str, Text] = {
    "below-threshold": t("sans publicité ni mise en concurrence, sous le seuil"),
    "innovative": t("achat innovant, sans publicité ni mise en concurrence"),
    "adapted": t("procédure adaptée"),
    "open-call": t("appel d'offres ouvert"),
    "restricted-call": t("appel d'offres restreint"),
    "negotiated": t("procédure avec négociation"),
    "competitive-dialogue": t("dialogue compétitif"),
}
buyer: dict[str, Text] = {
    "local": t("collectivité"),
    "central": t("autorité publique centrale"),
    "network": t("entité adjudicatrice (eau, énergie, transports, poste)"),
}
notice: dict[str, Text] = {
    "profile": t("le profil d'acheteur"),
    "boamp": t("le BOAMP"),
    "jal": t("un journal d'annonces légales"),
    "joue": t("le Journal officiel de l'Union européenne"),
}
ccag: dict[str, Text] = {
    "none": t("aucun"),
    "TIC": t("techniques de l'information et de la communication"),
    "PI": t("prestations intellectuelles"),
    "FCS": t("fournitures courantes et services"),
    "MI": t("marchés industriels"),
    "MOE": t("maîtrise d'œuvre"),
    "Travaux": t("travaux"),
}
price_form: dict[str, Text] = {
    "unit": t("unitaires"),
    "flat": t("forfaitaires"),
    "mixed": t("les deux"),
}
criterion: dict[str, Text] = {
    "price": t("prix"),
    "cost": t("coût global"),
    "quality": t("valeur technique"),
    "environment": t("environnement"),
    "contribution": t("contribution au commun"),
    "governance": t("gouvernance ouverte"),
    "reversibility": t("facilité de reprise"),
    "social": t("social ou emploi"),
    "other": t("autre"),
}
consideration: dict[str, Text] = {
    "environment": t("environnement"),
    "social": t("social ou emploi"),
    "economy": t("économie"),
    "innovation": t("innovation"),
}
kind: dict[str, Text] = {
    "subject": t("Objet du marché"),
    "candidacy": t("Candidatures"),
    "specification": t("Exigences techniques"),
    "execution": t("Conditions d'exécution"),
    "criterion": t("Critères"),
    "price": t("Prix"),
    "property": t("Propriété intellectuelle"),
    "order": t("Commande directe"),
}
burden: dict[str, Text] = {
    "low": t("faible"),
    "medium": t("moyen"),
    "high": t("fort"),
}
piece: dict[str, Text] = {
    "RC": t("règlement de la consultation"),
    "CCAP": t("cahier des clauses administratives"),
    "CCTP": t("cahier des clauses techniques"),
    "AE": t("acte d'engagement"),
    "BPU": t("bordereau des prix"),
}
