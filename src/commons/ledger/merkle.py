"""Merkle trees as in RFC 6962, section 2.1: roots, inclusion and consistency proofs.

Hashes are SHA-256 digests of 32 bytes; a leaf is hashed with a leading 0x00, a node with a
leading 0x01, so that neither can pass for the other. The proof checks follow RFC 9162,
sections 2.1.3.2 and 2.1.4.2, which state them as algorithms.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import TypeAlias

Range: TypeAlias = tuple[int, int]
"""Leaves from the first number to before the second: a subtree that proofs speak of."""

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def apart(packed: bytes) -> Iterator[bytes]:
    """Hashes that were put one behind the other."""
    for start in range(0, len(packed), HASH_BYTES):
        yield packed[start : start + HASH_BYTES]


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


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Which subtrees make the path of leaf `index` (from 0) to the root, the lowest first.

    Raises `IndexError` if there is no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(index)
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The path from leaf `index` to the root over all of `hashes`."""
    return [root(hashes[start:end]) for start, end in inclusion_ranges(index, len(hashes))]


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


def consistency_ranges(old_size: int, size: int) -> list[Range]:
    """Which subtrees prove that the tree of `old_size` is the beginning of that of `size`.

    Raises `ValueError` unless 0 < `old_size` ≤ `size`.
    """
    if not 0 < old_size <= size:
        raise ValueError(f"no consistency proof from {old_size} to {size}")
    start, end, ranges, whole = 0, size, [], True
    while old_size < end:
        middle = start + _split(end - start)
        if old_size <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    return ([] if whole else [(start, end)]) + ranges[::-1]


def consistency_proof(hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """Why the tree over the first `old_size` leaves is the beginning of the present one."""
    return [root(hashes[start:end]) for start, end in consistency_ranges(old_size, len(hashes))]


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
        return cls(size, list(apart(packed)))

    def pack(self) -> bytes:
        return b"".join(self.peaks)

    def add(self, node: bytes, height: int = 0) -> list[tuple[int, bytes]]:
        """Add a leaf, or the root of a full subtree of 2^`height` leaves on its boundary.

        Returns the larger full subtrees that are now complete: their height and root.
        """
        if self.size & ((1 << height) - 1):
            raise ValueError(f"a subtree of height {height} cannot begin at {self.size}")
        self.size += 1 << height
        complete = []
        while not (self.size >> height) & 1:
            node, height = node_hash(self.peaks.pop(), node), height + 1
            complete.append((height, node))
        self.peaks.append(node)
        return complete

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        result = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            result = node_hash(peak, result)
        return result
