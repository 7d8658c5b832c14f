#!/usr/bin/env python3
"""open_export.py FILE PASSPHRASE - opens an encrypted export with nothing of ours: it is the document of the format."""
import base64
import json
import sys

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

with open(sys.argv[1], encoding="utf-8") as f:
    sealed = json.load(f)
assert (sealed["vaultsphere"], sealed["version"], sealed["kdf"], sealed["cipher"]) == ("sealed", 1, "argon2id", "aes-256-gcm")
salt, nonce, box = (base64.b64decode(sealed[name], validate=True) for name in ("salt", "nonce", "box"))
key = hash_secret_raw(sys.argv[2].encode(), salt, time_cost=sealed["t"], memory_cost=sealed["m"], parallelism=sealed["p"], hash_len=32, type=Type.ID)
sys.stdout.write(AESGCM(key).decrypt(nonce, box, b"vaultsphere/sealed/1").decode())
