"""A publiccode.yml as people really write it becomes a commons, its faults explained."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from commons.kernel.errors import InputError
from commons.registry.publiccode import read_publiccode
from commons.registry.publiccode_review import KEYS
from commons.registry.rules import commons_facts

WHOLE = """\
publiccodeYmlVersion: "0.7"
name: Carte des fontaines
url: https://forge.example/fontaines
platforms: [web]
developmentStatus: stable
softwareType: standalone/web
categories: [geographic-information-systems]
description:
  fr:
    shortDescription: Où boire en ville
    longDescription: >-
      Une carte tenue par celles et ceux qui marchent, où chaque fontaine est vérifiée deux
      fois par an, avec sa photo, son accessibilité, et l'avis de la régie des eaux.
    features: [signaler une fontaine]
legal: {license: EUPL-1.2, repoOwner: Les Marcheuses}
maintenance: {type: community, contacts: [{name: Camille Roux, email: camille@exemple.example}]}
localisation: {localisationReady: true, availableLanguages: [fr]}
"""


def faults_of(text: str) -> dict[str, tuple[int, bool, str]]:
    found = read_publiccode(text.encode())
    return {
        fault.place: (fault.line, fault.is_mended, str(fault.text)) for fault in found.faults
    }


def test_a_file_that_follows_the_norm_has_no_fault_and_fills_a_commons() -> None:
    found = read_publiccode(WHOLE.encode())
    assert found.faults == ()
    facts = commons_facts(found.typed)
    assert facts.name == "Carte des fontaines"
    assert facts.licences == ("EUPL-1.2",)
    assert facts.links == ("https://forge.example/fontaines",)
    assert facts.community == "Publié par Les Marcheuses. Maintenu par sa communauté."


def test_people_named_as_contacts_go_into_no_commons() -> None:
    typed = read_publiccode(WHOLE.encode()).typed
    assert "Camille" not in "".join(typed.values())
    assert "@" not in "".join(typed.values())


def test_every_real_file_is_read_and_its_corrected_file_needs_no_second_correction(
    shared_data: Path,
) -> None:
    files = sorted((shared_data / "publiccode").glob("*.yml"))
    assert len(files) >= 13
    for file in files:
        found = read_publiccode(file.read_bytes())
        assert commons_facts(found.typed).name, file.name
        assert all(fault.place and str(fault.text) for fault in found.faults)
        again = read_publiccode(found.corrected.encode())
        assert [fault for fault in again.faults if fault.is_mended] == [], file.name
        assert again.typed == found.typed, file.name
        assert len(again.faults) == len(found.left), file.name
        assert isinstance(yaml.safe_load(found.corrected), dict)


def test_the_faults_of_real_french_files_are_named_with_their_place(shared_data: Path) -> None:
    folder = shared_data / "publiccode"
    archive = (folder / "SocialGouv+archifiltre-docs.publiccode.yml").read_text("utf-8")
    faults = faults_of(archive)
    assert faults["legal.license"] == (24, True, "S'écrit « Apache-2.0 » : c'est repris ainsi.")
    assert {"platforms", "developmentStatus", "localisation"} <= faults.keys()
    town = "demarches-simplifiees+demarches-simplifiees.fr.publiccode.yml"
    line, mended, text = faults_of((folder / town).read_text("utf-8"))["releaseDate"]
    assert (line, mended) == (10, True)
    assert "n'est pas une date" in text


@pytest.mark.parametrize(
    ("written", "becomes", "place", "mended"),
    [
        (
            'publiccodeYmlVersion: "0.7"',
            "publiccodeYmlVersion: 2.4.0",
            "publiccodeYmlVersion",
            True,
        ),
        ("license: EUPL-1.2", "license: eupl-1.2", "legal.license", True),
        ("license: EUPL-1.2", "license: la mienne", "legal.license", False),
        ("platforms: [web]", "", "platforms", False),
        ("stable", "Stable", "developmentStatus", True),
        ("stable", "production", "developmentStatus", False),
        (
            "localisationReady: true",
            "localisationReady: yes",
            "localisation.localisationReady",
            True,
        ),
        ("url: https", "releaseDate: 24/11/2026\nurl: https", "releaseDate", True),
        ("url: https", "landingURL: nulle part\nurl: https", "landingURL", True),
        ("url: https", "landingUrl: https://a.example\nurl: https", "landingUrl", True),
        ("url: https", "couleur: vert\nurl: https", "couleur", True),
    ],
)
def test_each_fault_is_explained_and_mended_only_without_guessing(
    written: str,
    becomes: str,
    place: str,
    mended: bool,  # noqa: FBT001 -- a table of cases
) -> None:
    faults = faults_of(WHOLE.replace(written, becomes, 1))
    assert place in faults
    assert faults[place][1] is mended


def test_what_is_left_to_complete_heads_the_corrected_file() -> None:
    corrected = read_publiccode(WHOLE.replace("platforms: [web]", "").encode()).corrected
    assert corrected.startswith("# À compléter — platforms : ")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "publiccode.yml"),
        (b"- une\n- liste\n", "publiccode.yml"),
        (b"name: \xff\xfe", "UTF-8"),
        (b"name: a\0b", "lisible"),
        (b"a: &a [x]\nb: *a\n", "ancres"),
        (b"a: !!python/object:os.system x\n", "tiquettes"),
        (b"a: 1\na: 2\n", "deux fois"),
        (b"a: " + b"[" * 100_000, "niveaux"),
        (b"a: |\n " + b"x" * 300_000, "Kio"),
        (b"a: [1, 2\n", "YAML"),
    ],
)
def test_a_dangerous_or_unreadable_file_is_refused_in_words(data: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        read_publiccode(data)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
names = st.sampled_from([*KEYS, "latestRelease", "landingUrl", "couleur", "it"])


@given(st.dictionaries(names, values, min_size=1))
def test_whatever_the_values_the_answer_is_a_review_or_a_refusal(content: object) -> None:
    text = yaml.safe_dump(content, allow_unicode=True)
    try:
        found = read_publiccode(text.encode())
    except InputError:
        return
    again = read_publiccode(found.corrected.encode())
    assert [fault for fault in again.faults if fault.is_mended] == []
    assert again.typed == found.typed
