#!/usr/bin/env python3
"""Open a whole vault with nothing of ours: a database copy, the configuration, a user name, the password (standard input).

This is the document of the format as much as a test of it: nobody is locked in. Needs: argon2-cffi, cryptography.
    open_vault.py DATABASE CONFIGURATION USERNAME < password
Prints one JSON list of entries, sorted by id.
"""
import base64
import hashlib
import json
import sqlite3
import sys

from argon2.low_level import Type, hash_secret_raw
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def lp(x):  # u16be length, then the bytes
    x = x.encode() if isinstance(x, str) else x
    return len(x).to_bytes(2, "big") + x


def hkdf(ikm, salt, info, n=32):
    return HKDF(SHA256(), n, salt, info).derive(ikm)


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def open_seal(key, purpose, uid, obj, ver, text):  # "vs1." base64url(0x01 kid nonce12 ciphertext tag16)
    box = unbase64(text.removeprefix("vs1."))
    aad = lp("vs1") + lp(purpose) + lp(uid) + lp(obj) + ver.to_bytes(8, "big") + b"\x01"
    return AESGCM(key).decrypt(box[2:14], box[14:], aad)


def main(database, configuration, username):
    password = sys.stdin.buffer.read().rstrip(b"\n")
    conf = dict(line.rstrip("\n").split("=", 1) for line in open(configuration) if "=" in line)
    secrets = [conf["SESSION_SECRET"], *filter(None, conf.get("SESSION_SECRET_PREVIOUS", "").split(","))]
    roots = [base64.b64decode(s) for s in secrets]
    roots = [r if len(r) == 32 else hashlib.sha256(r).digest() for r in roots]
    ring = {hkdf(r, None, lp("vs1") + lp("kid"))[0] or 1: r for r in roots}

    db = sqlite3.connect(database)
    db.row_factory = sqlite3.Row
    user = db.execute("SELECT * FROM users WHERE username=?", (username,)).fetchone()
    uid = base64.b32decode(user["uid"].upper() + "======")

    _, _, cost, kid = user["kdf_pw"].split("$")
    cost = {k: int(v) for k, v in (p.split("=") for p in cost.split(","))}
    salt = hashlib.sha256(user["email_lower"].encode()).digest()
    mk = hash_secret_raw(password, salt, cost["t"], cost["m"], cost["p"], 32, Type.ID)
    ah = hashlib.pbkdf2_hmac("sha256", mk, password, 1)
    kek_salt = hkdf(ring[int(kid)], None, lp("vs1") + lp("kek"))
    kek = hkdf(ah, kek_salt, lp("vs1/kek/pw") + lp(uid))
    gen = user["key_gen"].to_bytes(4, "big")
    vk = open_seal(kek, "wrap/pw", uid, gen, user["pw_ver"], user["wrap_pw"])

    entries = []
    rows = db.execute("SELECT * FROM passwords WHERE user_id=? AND password_id LIKE 'e#%' ORDER BY password_id", (user["uid"],))
    for row in rows:
        name = row["password_id"][2:]
        entry_id = base64.b32decode(name.upper() + "======")
        info = lp("vs1/entry") + lp(entry_id) + row["version"].to_bytes(8, "big") + row["key_gen"].to_bytes(4, "big")
        key = base64.urlsafe_b64encode(hkdf(vk, uid, info))
        entries.append({"id": name, "version": row["version"], **json.loads(Fernet(key).decrypt(row["token"]))})
    json.dump(entries, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main(*sys.argv[1:4])
