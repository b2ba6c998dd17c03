"""T4: words that prefer a bidder by where it is.

French law lets a buyer ask for means within the European Union, never within a commune, a
département or a region. The same words are innocent elsewhere: « les locaux », « la commune »
who buys, « l'implantation des bornes ». So each word is judged by its neighbours; a doubt that
remains is flagged, and a person may set it aside with a reason.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from commons.procurement.rules.criteria import plain_letters

_WORD = re.compile(r"[a-z0-9][a-z0-9&-]*")
_SENTENCE = re.compile(r"[.;:!?\n•]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DETERMINERS = _words(
    "le la les l un une des du de d au aux ce cet cette ces son sa ses leur leurs notre nos "
    "votre vos mon ma mes chaque tout toute tous toutes plusieurs dans en sur hors aucun "
    "aucune"
)
_LINKS = _words("de des du d la le les l leur leurs son ses ce ces cette")

_LOCAL_ALLOWED_AFTER = _words(
    "collectivite collectivites autorite autorites elu elus elue elues mission missions "
    "finances fiscalite administration administrations taxe taxes impot impots democratie "
    "public publics publique publiques droit plan plans programme programmes sauvegarde "
    "sauvegardes copie copies reseau reseaux serveur serveurs stockage base bases fichier "
    "fichiers poste postes disque disques cache mode memoire environnement environnements "
    "heure heures temps utilisateur compte comptes depot depots machine machines execution "
    "anesthesie donnee donnees fonction variable variables"
)
"""« collectivités locales », « sauvegarde locale »: the noun before makes the word innocent."""

_LOCALLY_ALLOWED = _words(
    "execute executee executes executees executable stocke stockee stockes stockees stocker "
    "enregistre enregistree enregistres enregistrees enregistrer sauvegarde sauvegardee "
    "sauvegardes sauvegardees calcule calculee calcules calculees traite traitee traites "
    "traitees lance lancee compile compilee copie copiee"
)

_WORKS = _words(
    "reseaux reseau ouvrage ouvrages chantier mobilier mobiliers borne bornes equipement "
    "equipements materiel materiels arbre arbres batiment batiments piquet piquets poteau "
    "poteaux panneau panneaux antenne antennes capteur capteurs riverain riverains ecole "
    "ecoles habitation habitations voie voies site plantation plantations logiciel bacs "
    "composteur composteurs jardin"
)
"""« implantation des bornes », « travaux à proximité de réseaux »: where the work is done."""

_ACTORS = _words(
    "entreprise entreprises prestataire prestataires candidat candidats candidate "
    "soumissionnaire soumissionnaires titulaire fournisseur fournisseurs producteur "
    "producteurs artisan artisans societe societes acteur acteurs operateur operateurs "
    "emploi emplois filiere filieres tissu ancrage presence preference priorite rayonnement "
    "origine provenance connaissance oeuvre sous-traitant sous-traitants travailleurs"
)
_ALSO_OF_BUYERS = _words(
    "association associations structure structures salarie salaries equipe equipes agence "
    "agences antenne siege atelier ateliers employes personnel bureau bureaux"
)
"""« le personnel de la commune » may be the buyer's; « une agence dans la commune » is not."""

_INSIDE = frozenset({"dans", "sur", "en"})
_DISTANCES = _words("km kilometre kilometres minutes distance rayon")
_SITED = _words(
    "situe situee situes situees etabli etablie etablis etablies implante implantee "
    "domicilie domiciliee domicilies installe installee installes basee bases localise "
    "localisee localises localisees ancre ancree originaire originaires provenant issu "
    "issue issus issues fabrique fabriquee fabriques produit produits residant resident "
    "recrute recrutes recruter"
)
_PLACES = _words(
    "commune communes departement departements region regions canton cantons metropole "
    "agglomeration intercommunalite ville villes"
)
_NAMED_PLACE = "lieunomme"
"""Stands for the name of the buyer or the place of delivery, wherever they are written."""

_PLACE_ADJECTIVES = _words(
    "communal communale communaux communales departemental departementale departementaux "
    "departementales regional regionale regionaux regionales territorial territoriale "
    "cantonal metropolitain metropolitaine intercommunal intercommunale"
)
_ORGANISATION = _words(
    "informatique technique commercial juridique recherche qualite etudes ressources "
    "developpement maintenance formation"
)
"""« le département informatique du titulaire » is no territory."""

_GEOGRAPHIC = _words("geographique geographiques")


@dataclass(frozen=True, slots=True)
class _Sentence:
    words: tuple[str, ...]

    def before(self, at: int, count: int) -> tuple[str, ...]:
        return self.words[max(0, at - count) : at]

    def next_noun(self, at: int) -> str:
        """The first word after `at` that is not an article or « de »."""
        for word in self.words[at + 1 : at + 4]:
            if word not in _LINKS:
                return word
        return ""


def _is_denied(sentence: _Sentence, at: int) -> bool:
    """« aucune implantation locale n'est exigée » prefers nobody."""
    return bool({"aucun", "aucune"} & set(sentence.before(at, 4)))


def _is_local(sentence: _Sentence, at: int) -> bool:
    word = sentence.words[at]
    previous = sentence.before(at, 1)
    if word == "localement":
        return not _LOCALLY_ALLOWED & set(sentence.before(at, 2))
    if len(sentence.words) == 1:
        return True
    if word in {"local", "locaux"} and (not previous or previous[0] in _DETERMINERS):
        return False
    return not (previous and previous[0] in _LOCAL_ALLOWED_AFTER)


def _is_near(sentence: _Sentence, at: int) -> bool:
    sited = _SITED & set(sentence.before(at, 4))
    return bool(sited) or sentence.next_noun(at) not in _WORKS


def _is_siting(sentence: _Sentence, at: int) -> bool:
    before = set(sentence.before(at, 3))
    return sentence.next_noun(at) not in _WORKS and not (_WORKS & before)


def _is_location(sentence: _Sentence, at: int) -> bool:
    following = sentence.next_noun(at)
    return following in _ACTORS | _ALSO_OF_BUYERS | _GEOGRAPHIC


def _is_place(sentence: _Sentence, at: int, *, strict: bool) -> bool:
    word = sentence.words[at]
    previous = sentence.before(at, 1)
    if word in {"commune", "communes"} and previous and previous[0] not in _DETERMINERS:
        return False
    if sentence.next_noun(at) in _ORGANISATION or "politique" in sentence.before(at, 4):
        return False
    return strict or _belongs(sentence, at) or _is_from(sentence, at)


def _is_from(sentence: _Sentence, at: int) -> bool:
    """« situé à moins de 30 km de la commune », « à une heure de distance du département »."""
    return bool(
        _SITED & set(sentence.before(at, 10)) or _DISTANCES & set(sentence.before(at, 4))
    )


def _belongs(sentence: _Sentence, at: int) -> bool:
    """« une entreprise de la région », « une agence dans la commune »: an actor just before."""
    before = sentence.before(at, 5)
    close = [word for word in before if word not in _DETERMINERS]
    if not close:
        return False
    inside = bool(_INSIDE & set(before[-3:]))
    return close[-1] in _ACTORS or (inside and close[-1] in _ALSO_OF_BUYERS)


def _is_place_adjective(sentence: _Sentence, at: int) -> bool:
    close = [word for word in sentence.before(at, 3) if word not in _LINKS]
    return bool(close) and close[-1] in _ACTORS | _ALSO_OF_BUYERS


def _is_territory(sentence: _Sentence, at: int) -> bool:
    following = sentence.next_noun(at)
    return _belongs(sentence, at) and following not in {
        "national",
        "union",
        "europeen",
        "etats",
    }


_JUDGES: Mapping[str, Callable[[_Sentence, int], bool]] = {
    **dict.fromkeys(("local", "locale", "locaux", "locales", "localement"), _is_local),
    "proximite": _is_near,
    "localisation": _is_location,
    "territoire": _is_territory,
}


def _finds(sentence: _Sentence, at: int, *, strict: bool, own: str) -> bool:
    word = sentence.words[at]
    if word in _PLACES or word == _NAMED_PLACE:
        return _is_place(sentence, at, strict=strict and word not in {own, _NAMED_PLACE})
    if word in _PLACE_ADJECTIVES:
        return _is_place_adjective(sentence, at)
    if word.startswith("implant"):
        return _is_siting(sentence, at)
    judge = _JUDGES.get(word)
    return judge is not None and judge(sentence, at)


def _with_names_hidden(text: str, names: Iterable[str]) -> str:
    for name in names:
        if len(name) > 2:
            text = text.replace(name, f" {_NAMED_PLACE} ")
    return text


def _own_place(buyer: str) -> str:
    """« commune » for « Commune de Valbrume »: there, « la commune » is the buyer speaking."""
    words = _WORD.findall(plain_letters(buyer))
    return words[0] if words and words[0] in _PLACES else ""


def place_words(
    text: str, buyer: str = "", delivery: str = "", *, strict: bool = False
) -> Iterator[str]:
    """The words of `text` that prefer a bidder by its place, without accents, each once.

    With `strict`, as in criteria and requirements of candidates, naming a commune, a
    département or a region is enough. Without it, and always for the buyer's own name or the
    place of delivery, the sentence must also say that someone or something is from there.
    """
    names = [" ".join(plain_letters(name).split()) for name in (buyer, delivery)]
    plain = _with_names_hidden(plain_letters(text), names)
    own = _own_place(buyer)
    seen: set[str] = set()
    for part in _SENTENCE.split(plain):
        sentence = _Sentence(tuple(_WORD.findall(part)))
        for at, word in enumerate(sentence.words):
            if word in seen or _is_denied(sentence, at):
                continue
            if _finds(sentence, at, strict=strict, own=own):
                seen.add(word)
                yield buyer if word == _NAMED_PLACE else word
