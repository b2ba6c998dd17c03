"""Roots and proofs against the vectors of RFC 6962's reference logs, and as properties."""

from hypothesis import given
from hypothesis import strategies as st

from commons.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    root,
    root_from_inclusion,
)

# The test inputs and roots that certificate-transparency implementations share.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
INPUTS.append("606162636465666768696a6b6c6d6e6f")
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

leaf_lists = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def test_the_published_roots_are_found() -> None:
    hashes = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]
    assert [root(hashes[: size + 1]).hex() for size in range(8)] == ROOTS
    assert root([]) == EMPTY_ROOT


@given(leaf_lists, st.data())
def test_every_leaf_is_proved_under_the_root_and_under_no_other(
    leaves: list[bytes], data: st.DataObject
) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    index = data.draw(st.integers(0, len(hashes) - 1))
    proof = inclusion_proof(hashes, index)
    assert root_from_inclusion(hashes[index], index, len(hashes), proof) == root(hashes)
    other = leaf_hash(b"another leaf, of nine bytes and more")
    assert root_from_inclusion(other, index, len(hashes), proof) != root(hashes)
    assert root_from_inclusion(hashes[index], index, len(hashes), [*proof, other]) is None


@given(leaf_lists, st.data())
def test_a_tree_is_consistent_with_its_beginnings_only(
    leaves: list[bytes], data: st.DataObject
) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    old = data.draw(st.integers(1, len(hashes)))
    proof = consistency_proof(hashes, old)
    new_root = root(hashes)
    assert is_consistent(old, root(hashes[:old]), len(hashes), new_root, proof)
    changed = [leaf_hash(b"rewritten history"), *hashes[1:]]
    assert not is_consistent(old, root(changed[:old]), len(hashes), new_root, proof)


@given(leaf_lists)
def test_the_frontier_knows_the_root_of_the_whole_tree(leaves: list[bytes]) -> None:
    frontier = Frontier()
    hashes = [leaf_hash(leaf) for leaf in leaves]
    for count, digest in enumerate(hashes, start=1):
        frontier.add(digest)
        frontier = Frontier.unpack(frontier.size, frontier.pack())
        assert frontier.root() == root(hashes[:count])
