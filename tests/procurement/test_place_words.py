"""T4's ear: which words prefer a bidder by where it is, and which are innocent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.procurement.rules.place_words import place_words

PREFER = [
    "Ancrage local",
    "Entreprise locale",
    "Emplois locaux",
    "Producteurs locaux de la filière",
    "Fournisseurs locaux et régionaux",
    "Acteurs LOCAUX",
    "Local",
    "main-d'œuvre locale",
    "Implantation dans le département",
    "Implantation locale",
    "L’entreprise est implantée dans la métropole",
    "Service de proximité",
    "PROXIMITÉ",
    "Proximité géographique",
    "établi à proximité de la commune",
    "équipe située à moins de 30 km de la commune",
    "moins de trente minutes de la commune",
    "Entreprise de la région",
    "une agence dans la commune",
    "emploi de personnes résidant dans le département",
    "Ancrage territorial",
    "acteurs du territoire",
    "recruté localement",
    "Localisation du siège",
    "Localisation géographique des équipes",
    "entreprises régionales",
    "L’entreprise est domiciliée dans la commune",
    "L’entreprise est domiciliée dans la commune de Valbrume",
    "candidats de la Commune de Valbrume",
    "artisans de la ville",
]
INNOCENT = [
    "dans les locaux de la mairie",
    "locaux techniques",
    "Locaux techniques accessibles aux agents",
    "le local à vélos",
    "localisation des données",
    "la localisation des données dans l'Union européenne",
    "Le titulaire remet un bilan à la commune",
    "la commune valide le livrable",
    "formation du personnel de la commune",
    "réunions au siège de la région",
    "collectivités locales",
    "service public local",
    "mission locale",
    "sauvegarde locale chiffrée",
    "données locales de l'appareil",
    "stocké localement",
    "une ressource commune",
    "d'un commun accord",
    "mise en commun",
    "contribution au commun",
    "les communs numériques",
    "implantation des bornes de recharge",
    "travaux à proximité de réseaux enterrés",
    "aucune implantation locale n'est exigée",
    "le département informatique du titulaire",
    "conseil départemental",
    "parc naturel régional",
    "personnes résidant en quartier prioritaire de la politique de la ville",
    "Le titulaire remet ses factures à la Commune de Valbrume",
    "routes départementales",
    "territoire de l'Union européenne",
    "moyens situés dans un État membre de l'Union européenne",
]


@pytest.mark.parametrize("sentence", PREFER)
def test_words_that_prefer_a_place_are_heard(sentence: str) -> None:
    assert list(place_words(sentence, "Commune de Valbrume"))


@pytest.mark.parametrize("sentence", INNOCENT)
def test_innocent_uses_of_the_same_words_are_left_alone(sentence: str) -> None:
    assert list(place_words(sentence, "Commune de Valbrume")) == []


def test_naming_a_region_in_a_criterion_is_enough() -> None:
    assert list(place_words("Connaissances utiles à la région", strict=True)) == ["region"]


def test_in_a_criterion_the_commune_that_buys_may_name_itself() -> None:
    sentence = "Délai de réponse aux demandes de la commune"
    assert list(place_words(sentence, "Commune de Valbrume", strict=True)) == []
    assert list(place_words(sentence, "Métropole du Levant", strict=True)) == ["commune"]


def test_the_names_of_the_parties_and_the_delivery_place_are_taken_out() -> None:
    buyer, delivery = "Région du Levant", "la gare de la commune de Valbrume"
    sentence = f"Livraison à {delivery}, réception par la {buyer}"
    assert list(place_words(sentence, buyer, delivery, strict=True)) == []


@given(st.text(max_size=200), st.text(max_size=30), st.booleans())
def test_any_text_can_be_heard(text: str, buyer: str, strict: bool) -> None:  # noqa: FBT001 -- hypothesis gives it
    words = list(place_words(text, buyer, strict=strict))
    assert len(words) == len(set(words))
