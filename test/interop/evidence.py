#!/usr/bin/env python3
"""Verifies evidence of Sealpost with Python's standard library and nothing else.

    evidence.py log FOLDER ORIGIN VKEY      a whole log, and that each entry is canonical JSON of a known kind
    evidence.py receipt FILE VKEY           a receipt: signature, proofs, what opens the commitments, certificates

Says "ok ..." and exits with 0, or says what is wrong and exits with 1. Written from docs/evidence.md, docs/receipts.md, RFC 9162,
RFC 8785 and the C2SP specifications, to be a second judge beside the one in TypeScript. tlog.py has the log itself.
"""
import base64
import decimal
import hashlib
import hmac
import json
import os
import sys

import tlog
from tlog import Wrong

LEAF_FORMAT = "sealpost-evidence/1"
RECEIPT_FORMAT = "sealpost-receipt/1"
LEAF_LIMIT = 65535


# RFC 8785
def canonical(value):
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        value.encode("utf-8")  # half of a surrogate pair is no text
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    # 3.2.3: by UTF-16 code units, which big-endian octets sort alike.
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"


def number(value):
    """3.2.2.3: as ECMAScript's Number::toString writes it."""
    value = float(value)
    if value == 0:
        return "0"
    sign, digits, exponent = decimal.Decimal(repr(value)).normalize().as_tuple()
    text, count = "".join(map(str, digits)), len(digits)
    point = count + exponent
    if count <= point <= 21:
        body = text + "0" * (point - count)
    elif 0 < point <= 21:
        body = text[:point] + "." + text[point:]
    elif -6 < point <= 0:
        body = "0." + "0" * -point + text
    else:
        power = "%+d" % (point - 1)
        body = text[0] + ("." + text[1:] if count > 1 else "") + "e" + power
    return "-" * sign + body


def once(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise Wrong("a member stands twice")
    return dict(pairs)


def read_json(text):
    def refuse(word):
        raise Wrong(f"{word} is not JSON")

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    except RecursionError:
        raise Wrong("it is nested too deep")


def read_leaf(octets):
    if len(octets) > LEAF_LIMIT:
        raise Wrong("the entry is too long")
    text = octets.decode("utf-8")
    leaf = read_json(text)
    if not isinstance(leaf, dict) or canonical(leaf) != text:
        raise Wrong("the entry is not canonical")
    if leaf.get("format") != LEAF_FORMAT or leaf.get("kind") not in ("session", "attempt", "act"):
        raise Wrong("the entry is of no known kind")
    return leaf


def verify_log(folder, origin, vkey):
    """By any key that the log ever had: those that it handed over to are read where `rotations` says that they stand."""
    counts, told = {"session": 0, "attempt": 0, "act": 0}, []

    def look(index, entry):
        try:
            leaf = read_leaf(entry)
            counts[leaf["kind"]] += 1
            if leaf["kind"] == "act" and leaf["act"] == "key-rotated":
                follow(vkey, origin, [leaf])
                if told and leaf["detail"]["from"] != told[-1]["to"]:
                    raise Wrong("a key handed over that was replaced before")
                told.append(leaf["detail"])
        except Wrong as wrong:
            raise Wrong(f"entry {index}: {wrong}")

    try:
        with open(os.path.join(folder, "checkpoint"), "rb") as file:
            note = file.read()
    except OSError:
        raise Wrong("the checkpoint is missing")
    signer = vkey
    for key in follow(vkey, origin, noted(folder, note)):
        try:
            tlog.read_checkpoint(note, origin, key)
            signer = key
        except Wrong:
            pass
    found = tlog.verify_log(folder, origin, signer, look)
    if told:
        tlog.read_checkpoint(note, origin, told[-1]["to"])
    return found + ", " + ", ".join(f"{count} {kind}" for kind, count in counts.items())


def noted(folder, note):
    """Acts that say of a change of keys, as they stand there: nothing is known of them but what their signatures say."""
    path = os.path.join(folder, "rotations")
    if not os.path.exists(path):
        return []
    size = int(note.split(b"\n")[1])
    with open(path, encoding="ascii") as lines:
        places = [int(line) for line in lines]
    acts = []
    for place in places:
        if place < size:
            first = place // 256 * 256
            width = min(256, size - first)
            acts.append(read_leaf(tlog.split_bundle(*tlog.read_tile(folder, "entries", first // 256, width), width)[place - first]))
    return acts


# Commitments
def unpack(text):
    octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(octets).decode().rstrip("=") != text:
        raise Wrong("base64url in another form")
    return octets


def opens(key, what, value, committed):
    mac = hmac.new(unpack(key), what.encode() + b"\0" + value.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=") == committed


def check_opening(leaf, opening):
    for what in ("recipient", "campaign", "domain", "message", "reply"):
        said, committed = opening[what], leaf[what]
        if said is None and committed is None or what == "domain" and said == committed and "." in said:
            continue
        if said is None or not opens(opening["key"], what, said, committed):
            raise Wrong(f"the {what} is not the one that was recorded")


# Keys
def follow(trusted, origin, rotations):
    """The keys that may have signed: the one that is trusted, and those it was followed by."""
    keys = [trusted]
    for leaf in rotations:
        if leaf["kind"] != "act" or leaf["act"] != "key-rotated":
            raise Wrong("an entry among the rotations is of another kind")
        former, to, signature = (leaf["detail"][name] for name in ("from", "to", "signature"))
        name, _, kind, key = tlog.read_vkey(former)
        message = f"sealpost key rotation\n{origin}\n{to}\n".encode()
        if name != origin or tlog.read_vkey(to)[0] != origin or kind != 1:
            raise Wrong("a key of another log")
        if not tlog.verify_signature(key, message, tlog.decode(signature)):
            raise Wrong("the former key did not hand over to the new one")
        if former in keys:
            keys.append(to)
    return keys


def open_checkpoint(note, origin, keys):
    wrong = Wrong("no key signed the checkpoint")
    for key in reversed(keys):
        try:
            return tlog.read_checkpoint(note, origin, key)
        except Wrong as other:
            wrong = other
    raise wrong


# X.690, RFC 5280 4.1
def element(octets, at):
    length, begin = octets[at + 1], at + 2
    if length & 0x80:
        begin += length & 0x7F
        length = int.from_bytes(octets[at + 2 : begin], "big")
    return begin, begin + length


def public_key(certificate):
    at = element(certificate, element(certificate, 0)[0])[0]
    for _ in range(6 if certificate[at] == 0xA0 else 5):
        at = element(certificate, at)[1]
    return certificate[at : element(certificate, at)[1]]


def check_certificates(pems, peer):
    if not pems:
        return
    ders = [base64.b64decode("".join(pem.strip().split("\n")[1:-1]), validate=True) for pem in pems]
    if [hashlib.sha256(der).hexdigest() for der in ders] != peer["chain"]:
        raise Wrong("the certificates are not those that were seen")
    if peer["certificate"] != peer["chain"][0] or hashlib.sha256(public_key(ders[0])).hexdigest() != peer["key"]:
        raise Wrong("the public key is not the one that was seen")


def verify_receipt(file, vkey):
    with open(file, encoding="utf-8") as text:
        receipt = read_json(text.read())
    if receipt["format"] != RECEIPT_FORMAT:
        raise Wrong("it is not a receipt")
    origin, session, attempt = receipt["origin"], receipt["session"], receipt["attempt"]
    if tlog.read_vkey(vkey)[0] != origin:
        raise Wrong("the receipt is of another log")
    rotations = receipt["rotations"]
    keys = follow(vkey, origin, [read_leaf(one["leaf"].encode()) for one in rotations])
    parts = [attempt, *([session] if session else []), *rotations]
    notes = {part["proof"].partition("\n\n")[2] for part in parts}
    if len(notes) != 1:
        raise Wrong("the parts are of several checkpoints")
    size, root = open_checkpoint(notes.pop().encode(), origin, keys)
    places = []
    for part in parts:
        index, proof, _ = tlog.read_proof(part["proof"].encode())
        if index >= size or tlog.climb(tlog.leaf(part["leaf"].encode()), index, size, proof) != root:
            raise Wrong("an entry is not in the log")
        places.append(index)
    leaf = read_leaf(attempt["leaf"].encode())
    if leaf["kind"] != "attempt":
        raise Wrong("the entry is of another kind")
    check_opening(leaf, attempt["opening"])
    where = "no session"
    if session:
        seen = read_leaf(session["leaf"].encode())
        if seen["kind"] != "session" or seen["id"] != leaf["session"] or places[1] >= places[0]:
            raise Wrong("the session is not that of the attempt")
        peer, opening = seen["peer"], session["opening"]
        if opening:
            if not opens(opening["key"], "peer", canonical(opening["peer"]), peer):
                raise Wrong("the peer is not the one that was recorded")
            peer = opening["peer"]
        check_certificates(receipt["certificates"], peer)
        where = f"{peer['host']} {seen['tls']['version'] if seen['tls'] else 'in the clear'}"
    elif leaf["session"] is not None or receipt["certificates"]:
        raise Wrong("the session is left out")
    return f"entry {places[0]} of {size}: {attempt['opening']['recipient']} {leaf['outcome']}, {where}"


if __name__ == "__main__":
    word, *rest = sys.argv[1:]
    try:
        print("ok", {"log": verify_log, "receipt": verify_receipt}[word](*rest))
    except (Wrong, ValueError, KeyError, TypeError, IndexError) as wrong:
        print(wrong if isinstance(wrong, Wrong) else f"malformed: {wrong}")
        sys.exit(1)
