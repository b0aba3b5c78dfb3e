#!/usr/bin/env python3
"""Verifies a transparency log, or a proof from one, with Python's standard library and nothing else.

    tlog.py log FOLDER ORIGIN VKEY          every entry, tile and signature of a log (C2SP tlog-tiles, tlog-checkpoint)
    tlog.py proof FILE ENTRY ORIGIN VKEY    that the entry in the file ENTRY is in the log (C2SP tlog-proof)
    tlog.py cosigned FILE VKEY              the cosignature on a checkpoint (C2SP tlog-cosignature)

Says "ok ..." and exits with 0, or says what is wrong and exits with 1. Written from the specifications, to be an independent
judge of what other programs write: it works the roots out anew, bottom up.
"""
import base64
import hashlib
import os
import sys

# RFC 8032 5.1 and 6: Ed25519, verification only.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


class Wrong(Exception):
    pass


def add(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    i, j, k, l = f - e, h - g, h + g, f + e
    return i * j % P, k * l % P, j * k % P, i * l % P


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def find_x(y, odd):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    return P - x if x & 1 != odd else x


def read_point(octets):
    number = int.from_bytes(octets, "little")
    y = number & ((1 << 255) - 1)
    x = find_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = find_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def verify_signature(key, message, signature):
    a, r = read_point(key), read_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = multiply(s, BASE), add(r, multiply(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# C2SP signed-note
def decode(text):
    octets = base64.b64decode(text, validate=True)
    if base64.b64encode(octets).decode() != text:
        raise Wrong("base64 in another form")
    return octets


def read_vkey(text):
    name, key_id, material = text.split("+", 2)
    octets = decode(material)
    if len(octets) != 33 or hashlib.sha256(name.encode() + b"\n" + octets).digest()[:4].hex() != key_id:
        raise Wrong("the key is none")
    return name, bytes.fromhex(key_id), octets[0], octets[1:]


def open_note(octets, vkey):
    """The text of a note that the key signed, and the signature."""
    name, key_id, kind, key = read_vkey(vkey)
    text, blank, lines = octets.decode().rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise Wrong("the checkpoint is not a signed note")
    text += "\n"
    found = None
    for line in lines[:-1].split("\n"):
        dash, signer, material = line.split(" ")
        signature = decode(material)
        if dash != "\u2014":
            raise Wrong("a line among the signatures is none")
        if signer != name or signature[:4] != key_id:
            continue
        signature = signature[4:]
        message = text.encode()
        if kind == 4:  # C2SP tlog-cosignature
            message = b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[:8], "big") + message
        if not verify_signature(key, message, signature[8:] if kind == 4 else signature):
            raise Wrong("the signature of the checkpoint does not verify")
        found = signature
    if found is None:
        raise Wrong("no known key signed the checkpoint")
    return text, found


def read_checkpoint(octets, origin, vkey):
    text, _ = open_note(octets, vkey)
    lines = text[:-1].split("\n")
    if lines[0] != origin:
        raise Wrong("the checkpoint is of another log")
    size, root = int(lines[1]), decode(lines[2])
    if str(size) != lines[1] or len(root) != 32 or "" in lines:
        raise Wrong("the checkpoint is malformed")
    return size, root


# RFC 6962 2.1
def leaf(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree(hashes):
    """The root over hashes: pairs are joined, and an odd one at the end goes up as it is."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    while len(hashes) > 1:
        odd = hashes[-1:] if len(hashes) % 2 else []
        hashes = [node(hashes[at], hashes[at + 1]) for at in range(0, len(hashes) - 1, 2)] + odd
    return hashes[0]


# C2SP tlog-tiles
def path_of(level, index, width):
    groups = []
    rest = index
    while True:
        groups.insert(0, ("x%03d" if groups else "%03d") % (rest % 1000))
        rest //= 1000
        if rest == 0:
            break
    return f"tile/{level}/" + "/".join(groups) + ("" if width == 256 else f".p/{width}")


def read_tile(folder, level, index, width):
    path = path_of(level, index, width)
    full = path_of(level, index, 256)
    if not os.path.exists(os.path.join(folder, path)) and os.path.exists(os.path.join(folder, full)):
        path = full
    try:
        with open(os.path.join(folder, path), "rb") as file:
            return path, file.read()
    except OSError:
        raise Wrong(f"{path} is missing")


def split_bundle(path, octets, width):
    entries, at = [], 0
    while at < len(octets):
        length = int.from_bytes(octets[at : at + 2], "big")
        if at + 2 + length > len(octets):
            raise Wrong(f"{path} is not a bundle")
        entries.append(octets[at + 2 : at + 2 + length])
        at += 2 + length
    if len(entries) != (width if ".p/" in path else 256):
        raise Wrong(f"{path} has {len(entries)} entries")
    return entries[:width]


def verify_log(folder, origin, vkey, look=lambda index, entry: None):
    """Every entry, tile and signature; `look` is given each entry once all are known to be right."""
    try:
        with open(os.path.join(folder, "checkpoint"), "rb") as file:
            size, root = read_checkpoint(file.read(), origin, vkey)
    except OSError:
        raise Wrong("the checkpoint is missing")
    hashes, bundles = [], []
    for first in range(0, size, 256):
        width = min(256, size - first)
        path, octets = read_tile(folder, "entries", first // 256, width)
        entries = split_bundle(path, octets, width)
        hashes += [leaf(entry) for entry in entries]
        bundles.append((first, entries))
    leaves, level = hashes, 0
    while hashes:
        above = []
        for first in range(0, len(hashes), 256):
            below = hashes[first : first + 256]
            path, octets = read_tile(folder, level, first // 256, len(below))
            if len(octets) != 32 * (len(below) if ".p/" in path else 256):
                raise Wrong(f"{path} is truncated")
            if octets[: 32 * len(below)] != b"".join(below):
                raise Wrong(f"{path} is not what lies below it")
            if len(below) == 256:
                above.append(tree(below))
        hashes, level = above, level + 1
    if tree(leaves) != root:
        raise Wrong("the log does not give the root that is signed")
    for first, entries in bundles:
        for place, entry in enumerate(entries):
            look(first + place, entry)
    return f"{size} entries, {level} levels of tiles"


# C2SP tlog-proof
def read_proof(octets):
    """Index, hashes, and the checkpoint as it stands there."""
    head, _, checkpoint = octets.partition(b"\n\n")
    lines = head.decode().split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Wrong("the proof is none")
    if lines[0].startswith("extra "):
        decode(lines.pop(0)[6:])
    word, _, number = lines.pop(0).partition(" ")
    index, proof = int(number), [decode(line) for line in lines]
    if word != "index" or str(index) != number:
        raise Wrong("the proof has no index")
    return index, proof, checkpoint


def verify_proof(proof_file, entry_file, origin, vkey):
    with open(proof_file, "rb") as file:
        index, proof, checkpoint = read_proof(file.read())
    with open(entry_file, "rb") as file:
        value = leaf(file.read())
    size, root = read_checkpoint(checkpoint, origin, vkey)
    if index >= size or climb(value, index, size, proof) != root:
        raise Wrong("the entry is not in the log")
    return f"entry {index} of {size}"


def climb(value, index, size, proof):
    """The root that a way up leads to, by the definition of RFC 6962 2.1.1: PATH(m, D[n])."""
    if size == 1:
        return value if not proof else None
    if not proof:
        return None
    k = 1 << (size - 1).bit_length() - 1
    below = climb(value, index, k, proof[:-1]) if index < k else climb(value, index - k, size - k, proof[:-1])
    if below is None:
        return None
    return node(below, proof[-1]) if index < k else node(proof[-1], below)


def verify_cosigned(note_file, vkey):
    with open(note_file, "rb") as file:
        _, signature = open_note(file.read(), vkey)
    return "time %d" % int.from_bytes(signature[:8], "big")


if __name__ == "__main__":
    word, *rest = sys.argv[1:]
    try:
        print("ok", {"log": verify_log, "proof": verify_proof, "cosigned": verify_cosigned}[word](*rest))
    except (Wrong, ValueError) as wrong:
        print(wrong)
        sys.exit(1)
