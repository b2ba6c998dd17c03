"""Merkle trees as in RFC 6962, section 2.1: roots, inclusion and consistency proofs.

Hashes are SHA-256 digests of 32 bytes; a leaf is hashed with a leading 0x00, a node with a
leading 0x01, so that neither can pass for the other. The proof checks follow RFC 9162,
sections 2.1.3.2 and 2.1.4.2, which state them as algorithms.
"""

from collections.abc import Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over the leaf hashes, in order; of nothing, the hash of nothing."""
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (at least 2)."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The path from leaf `index` (from 0) to the root over all of `hashes`.

    Raises `IndexError` if there is no such leaf.
    """
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    if len(hashes) == 1:
        return []
    middle = _split(len(hashes))
    if index < middle:
        return [*inclusion_proof(hashes[:middle], index), root(hashes[middle:])]
    return [*inclusion_proof(hashes[middle:], index - middle), root(hashes[:middle])]


def root_from_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes]
) -> bytes | None:
    """The root that the proof leads to, or None if the proof has the wrong length."""
    if not 0 <= index < size:
        return None
    node, last, result = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            result = node_hash(step, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, step)
        node, last = node >> 1, last >> 1
    return result if last == 0 else None


def consistency_proof(hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """Why the tree over the first `old_size` leaves is the beginning of the present one.

    Raises `ValueError` unless 0 < `old_size` ≤ the number of leaves.
    """
    if not 0 < old_size <= len(hashes):
        raise ValueError(f"no consistency proof from {old_size} to {len(hashes)}")
    return _consistency(hashes, old_size, whole=True)


def _consistency(hashes: Sequence[bytes], old: int, *, whole: bool) -> list[bytes]:
    if old == len(hashes):
        return [] if whole else [root(hashes)]
    middle = _split(len(hashes))
    if old <= middle:
        return [*_consistency(hashes[:middle], old, whole=whole), root(hashes[middle:])]
    return [*_consistency(hashes[middle:], old - middle, whole=False), root(hashes[:middle])]


def is_consistent(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows the tree of `old_size` to be the beginning of the new one."""
    if old_size == new_size:
        return not proof and old_root == new_root
    if not 0 < old_size < new_size:
        return False
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_result = new_result = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old_result, new_result = node_hash(step, old_result), node_hash(step, new_result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_result = node_hash(new_result, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old_result == old_root and new_result == new_root


class Frontier:
    """The right edge of a growing tree: enough to add leaves and to know the root.

    `peaks` are the roots of the full subtrees from left to right, one per set bit of
    `size`; adding a leaf costs at most log₂(size) hashes.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if size.bit_count() != len(peaks):
            raise ValueError(f"{len(peaks)} peaks cannot stand for {size} leaves")
        self.size = size
        self.peaks = list(peaks)

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> "Frontier":
        return cls(size, [packed[start : start + 32] for start in range(0, len(packed), 32)])

    def pack(self) -> bytes:
        return b"".join(self.peaks)

    def add(self, leaf: bytes) -> None:
        node, size = leaf, self.size
        while size & 1:
            node, size = node_hash(self.peaks.pop(), node), size >> 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        result = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            result = node_hash(peak, result)
        return result
