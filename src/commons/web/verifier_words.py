"""What static/verifier.js says: the sentences it fills, in the reader's language.

A step of a verification is said by `code.state`; blanks are filled by the script.
"""

import json

from jinja2 import pass_context
from jinja2.runtime import Context

from commons.kernel.text import Text, t
from commons.web.i18n import quoted, translate
from commons.web.labels import kind

VERDICTS: dict[str, Text] = {
    "working": t("Votre appareil fait le calcul…"),
    "progress": t("{done} écritures lues sur {count}…"),
    "proof.yes": t("Oui : cette écriture est au journal « {name} », telle qu'elle est ici."),
    "journal.yes": t("Oui : ce journal est entier, et rien n'y a été changé."),
    "consistency.yes": t("Oui : le journal a grandi sans que rien ne change avant."),
    "checkpoint.yes": t("Oui : ce point de contrôle est bien signé."),
    "proof.unknown": t("Tout se tient, mais tout n'a pas pu être vérifié."),
    "journal.unknown": t("Tout se tient, mais tout n'a pas pu être vérifié."),
    "consistency.unknown": t("Tout se tient, mais tout n'a pas pu être vérifié."),
    "checkpoint.unknown": t("Tout se tient, mais tout n'a pas pu être vérifié."),
    "proof.no": t("Non : cette preuve ne tient pas."),
    "journal.no": t("Non : ce journal ne tient pas."),
    "consistency.no": t("Non : le journal n'est pas la suite de ce qui était gardé."),
    "checkpoint.no": t("Non : ce point de contrôle ne tient pas."),
    "not-yet": t("Rien n'est encore vérifié"),
    "state.yes": t("vérifié"),
    "state.no": t("faux"),
    "state.unknown": t("non vérifié"),
    "checked": t("Ce qui a été vérifié"),
    "calculation": t("Tout le calcul"),
    "calculation-why": t(
        "Chaque empreinte est un SHA-256, en hexadécimal : qui veut peut refaire chaque ligne."
    ),
    "keep": t("Gardez ce point de contrôle"),
    "keep-why": t("À la prochaine vérification, il dira si l'histoire a été réécrite."),
    "what": t("Ce que dit cette écriture"),
    "who": t("Qui"),
    "text": t("Quoi"),
    "amount": t("Combien"),
    "when": t("Quand"),
    "kind": t("Nature de l'écriture"),
    "key-site.title": t("La clé vient de ce même site"),
    "key-site.text": t(
        "Qui tient ce site pourrait changer la clé et tout signer de nouveau. La réponse vaut "
        "davantage avec une clé que vous aviez notée, ou un point de contrôle que vous aviez "
        "gardé : ouvrez « Ce que vous avez gardé » et collez-les."
    ),
    "key-saved.title": t("La clé est celle de cette page"),
    "key-saved.text": t(
        "C'est la clé publiée quand cette page a été emportée : elle vaut si vous l'avez "
        "emportée vous-même, avant ce que vous vérifiez."
    ),
    "no-key.title": t("Sans clé, on ne sait pas qui a signé"),
    "no-key.text": t("Collez la clé publique de l'instance, puis recommencez."),
    "no-signature.title": t("Ce navigateur ne sait pas vérifier la signature"),
    "no-signature.text": t(
        "Tout le reste du calcul est fait. Pour la signature, prenez une version récente de "
        "Firefox, de Chromium ou de Safari, ou la commande « commons verify »."
    ),
    "impossible.title": t("Ce navigateur ne sait pas faire ce calcul ici"),
    "impossible.text": t(
        "Il ne le permet que sur une connexion protégée (https) ou depuis une page "
        "enregistrée. Emportez la page « Vérifier », ouvrez-la depuis votre appareil et "
        "déposez-y la preuve ; ou utilisez « commons verify »."
    ),
    "unreachable.title": t("La preuve n'a pas pu être lue"),
    "unreachable.text": t(
        "Le service a répondu : {why}. Réessayez dans un instant, ou téléchargez la preuve."
    ),
    "file": t(
        "Ce fichier n'est ni un journal exporté, ni une preuve, ni un point de contrôle."
    ),
    "no-file": t("Choisissez d'abord un fichier."),
    "key": t("Cette clé ne se lit pas : copiez-la telle qu'elle est publiée."),
    "chain": t("Ces clés ne se lisent pas : collez-les telles qu'elles sont publiées."),
    "kept": t("Ce point de contrôle ne se lit pas : collez-le en entier."),
    "witness": t("Cette clé de témoin ne se lit pas : copiez-la telle qu'elle est publiée."),
    "consistency": t("Cette preuve de cohérence ne se lit pas : collez-la en entier."),
    "published": t("Le point de contrôle publié ne se lit pas."),
}
STEPS: dict[str, Text] = {
    "read.yes": t("Le fichier est écrit de la seule façon permise."),
    "read.no": t("Le fichier est incomplet, ou n'est pas écrit de la seule façon permise."),
    "malformed.no": t("Une preuve, un point de contrôle ou un sceau est mal formé."),
    "keys.no": t("Une clé du fichier, ou leur succession, ne tient pas."),
    "entry.yes": t("L'écriture est bien formée."),
    "money.yes": t("Ses mouvements d'argent s'équilibrent."),
    "entries.yes": t("Les {count} écritures sont bien formées et s'accordent entre elles."),
    "commons.no": t("L'écriture {entry} est d'un autre commun."),
    "impossible.no": t("Écriture {entry} : date ou quantité impossible."),
    "scale.no": t("Écriture {entry} : montant trop fin pour son unité."),
    "balance.no": t("Écriture {entry} : ses mouvements ne s'équilibrent pas."),
    "holder.no": t("Écriture {entry} : un compte de personne sans personne."),
    "opened.no": t("Écriture {entry} : « {field} » n'est pas ce qui a été consigné."),
    "twice.no": t("L'écriture {entry} figure deux fois."),
    "absent.no": t("L'écriture {entry} parle d'une écriture absente."),
    "itself.no": t("L'écriture {entry} parle d'elle-même."),
    "about.no": t("L'écriture {entry} ne dit pas de quelle écriture elle parle."),
    "of-kind.no": t("L'écriture {entry} ne peut pas parler d'une telle écriture."),
    "reversed.no": t("La contre-écriture {entry} annule ce qui l'était déjà."),
    "opposite.no": t("La contre-écriture {entry} n'est pas l'opposé de ce qu'elle annule."),
    "again.no": t("L'attestation {entry} répète celle de la même personne."),
    "self.no": t("L'attestation {entry} est faite par la personne attestée."),
    "open.yes": t("Les noms et les textes montrés sont ceux qui avaient été consignés."),
    "closed.yes": t(
        "Ni nom ni texte n'est montré ici : l'écriture n'en garde que des engagements."
    ),
    "path.yes": t(
        "De l'écriture, le chemin mène à l'empreinte de tout le journal ({size} écritures)."
    ),
    "path.no": t("La preuve ne mène pas de l'écriture au point de contrôle."),
    "count.yes": t("Le point de contrôle compte autant d'écritures que le fichier."),
    "count.no": t("Le point de contrôle compte {size} écritures, le fichier {count}."),
    "tree.yes": t("L'empreinte calculée de toutes les écritures est celle qui est signée."),
    "tree.no": t("L'empreinte calculée des écritures n'est pas celle du point de contrôle."),
    "head.yes": t("Le point de contrôle du journal est parmi ceux de tous les journaux."),
    "head.no": t("Le point de contrôle du journal ne mène pas au point de contrôle général."),
    "seal.yes": t("Le fichier est celui qui a été donné : son sceau correspond."),
    "seal.no": t("Le fichier n'est pas celui qui a été donné : son sceau ne correspond pas."),
    "signed-checkpoint.yes": t("Le point de contrôle est signé par {name}."),
    "signed-checkpoint.no": t("La clé {name} n'a pas signé le point de contrôle."),
    "signed-checkpoint.unknown": t("La signature du point de contrôle par {name}."),
    "signed-head.yes": t("Le point de contrôle général est signé par {name}."),
    "signed-head.no": t("La clé {name} n'a pas signé le point de contrôle général."),
    "signed-head.unknown": t("La signature du point de contrôle général par {name}."),
    "signed-seal.yes": t("Le sceau du fichier est signé par {name}."),
    "signed-seal.no": t("La clé {name} n'a pas signé le sceau."),
    "signed-seal.unknown": t("La signature du sceau par {name}."),
    "signed-kept.yes": t("Le point de contrôle gardé est signé par {name}."),
    "signed-kept.no": t("La clé {name} n'a pas signé le point de contrôle gardé."),
    "signed-kept.unknown": t("La signature du point de contrôle gardé par {name}."),
    "signed-witnessed.yes": t("Le point de contrôle contresigné est signé par {name}."),
    "signed-witnessed.no": t("La clé {name} n'a pas signé le point de contrôle contresigné."),
    "signed-witnessed.unknown": t("La signature du point de contrôle contresigné par {name}."),
    "signed-published.yes": t("Le point de contrôle publié aujourd'hui est signé par {name}."),
    "signed-published.no": t("La clé {name} n'a pas signé le point de contrôle publié."),
    "signed-published.unknown": t("La signature du point de contrôle publié par {name}."),
    "signed-by-another": t(
        "Il porte la signature d'une autre clé du même nom ({others}) : donnez celle-là si "
        "vous l'aviez notée, ou les clés qui se sont succédé."
    ),
    "signer.unknown": t("Qui a signé : donnez la clé publique de l'instance."),
    "witness.yes": t("Le témoin {name} a contresigné, le {at}."),
    "witness.no": t("Le témoin {name} n'a pas contresigné ce journal."),
    "witness.unknown": t("La contresignature du témoin {name}."),
}
COMPARED: dict[str, Text] = {
    "kept-same.yes": t("C'est exactement le point de contrôle que vous aviez gardé."),
    "kept-same.no": t("L'histoire a été réécrite depuis le point de contrôle gardé."),
    "kept-earlier.yes": t(
        "Il prolonge le point de contrôle que vous aviez gardé ({other}) : rien n'a été "
        "réécrit avant."
    ),
    "kept-earlier.no": t("L'histoire a été réécrite depuis le point de contrôle gardé."),
    "kept-later.yes": t(
        "Le point de contrôle que vous aviez gardé ({other}) en est la suite : rien n'a été "
        "réécrit avant."
    ),
    "kept-later.no": t("Le point de contrôle gardé n'est pas la suite de celui-ci."),
    "kept-origin.no": t("Le point de contrôle gardé est celui d'un autre journal."),
    "kept-apart.no": t(
        "Le point de contrôle gardé est à {other}, celui-ci à {size} : il faut la preuve "
        "de cohérence de l'un à l'autre."
    ),
    "kept-gone.no": t(
        "Le point de contrôle gardé est à {other}, ce journal à {size} : des écritures ont "
        "disparu, ou ce fichier est plus ancien."
    ),
    "kept-missing.no": t("Collez le point de contrôle que vous aviez gardé, à {other}."),
    "kept-start.no": t("La preuve part de {other}, pas de {kept}."),
    "witnessed-earlier.yes": t("Il prolonge ce qu'un témoin a contresigné ({other})."),
    "witnessed-earlier.no": t("Un témoin a contresigné une autre histoire."),
    "witnessed-origin.no": t("Ce qui est contresigné est d'un autre journal."),
    "witnessed-gone.no": t("Un témoin a contresigné davantage d'écritures que ce fichier."),
    "published-same.yes": t("C'est le point de contrôle que l'instance publie aujourd'hui."),
    "published-same.no": t("L'instance publie aujourd'hui une autre histoire."),
    "published-later.yes": t(
        "Le point de contrôle publié aujourd'hui ({other}) en est la suite : l'écriture y est "
        "toujours."
    ),
    "published-later.no": t("L'instance publie aujourd'hui une autre histoire."),
    "published-earlier.yes": t("Il prolonge le point de contrôle publié ({other})."),
    "published-earlier.no": t("L'instance publie aujourd'hui une autre histoire."),
    "published-origin.no": t("Le point de contrôle publié est celui d'un autre journal."),
    "published-apart.unknown": t("Que l'instance publie aujourd'hui la suite de ce journal."),
    "entry": t("1 écriture"),
    "entries": t("{count} écritures"),
    "head": t("1 point de contrôle de journal"),
    "heads": t("{count} points de contrôle de journaux"),
}
CALCULATION: dict[str, Text] = {
    "calc-leaf": t("L'écriture telle qu'elle est scellée (la feuille)"),
    "calc-leaf-hash": t("Son empreinte : octet 00, puis la feuille"),
    "calc-node": t("Octet 01, empreinte de gauche, puis de droite"),
    "calc-root-path": t("L'empreinte du journal, dans le point de contrôle"),
    "calc-root-head": t("L'empreinte de tous les journaux, dans le point de contrôle général"),
    "calc-opened": t("Un engagement : nom, sel, valeur, et son empreinte"),
    "calc-seal": t("L'empreinte du fichier sans son sceau, en base64"),
    "calc-signed-checkpoint": t("La signature du point de contrôle"),
    "calc-signed-head": t("La signature du point de contrôle général"),
    "calc-signed-seal": t("La signature du sceau"),
    "calc-signed-kept": t("La signature du point de contrôle gardé"),
    "calc-signed-witnessed": t("La signature du point de contrôle contresigné"),
    "calc-signed-published": t("La signature du point de contrôle publié"),
}
WORDS = VERDICTS | STEPS | COMPARED | CALCULATION | {f"kind.{k}": v for k, v in kind.items()}


@pass_context
def verifier_words(context: Context) -> str:
    """All of them as JSON, in the language of the page."""
    locale = context.get("locale", "fr")
    said = {
        code: quoted(translate(text, locale).replace("'", "’")) for code, text in WORDS.items()
    }
    return json.dumps(said, ensure_ascii=False)
