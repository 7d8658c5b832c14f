#!/usr/bin/env python3
"""ask.py URL [COOKIE_JAR] - what people see while something changes behind an address: asks every 20 ms until TERM, then prints what came.

Without a jar: GET /health, in turns over a connection of its own and over one that is kept. With a jar (a signed-in person): GET /vault and a new entry by
POST /api/entries, in turns. Prints `requests N failures M entries E`, and up to five failures. A failure is any answer but 200 or 201, and none at all; a
kept connection that the server said it would close is not used again, one that closes without a word counts."""
import http.client
import http.cookiejar
import json
import signal
import sys
import time
import urllib.parse

url = urllib.parse.urlsplit(sys.argv[1])
cookie = ""
if len(sys.argv) > 2:
    with open(sys.argv[2]) as f:
        fields = [line.replace("#HttpOnly_", "").rstrip("\n").split("\t") for line in f if line.startswith("#HttpOnly_") or not line.startswith("#")]
    cookie = "; ".join(f"{x[5]}={x[6]}" for x in fields if len(x) == 7)
going = True


def stop(*_):
    global going
    going = False


signal.signal(signal.SIGTERM, stop)
requests = failures = entries = 0
shown = []
kept = None
slowest = 0.0
print("asking", flush=True)
while going:
    began = time.monotonic()
    keep = requests % 2 == 1 and not cookie
    c = kept if keep and kept else http.client.HTTPConnection(url.hostname, url.port, timeout=15)
    try:
        if not cookie:
            c.request("GET", "/health", headers={} if keep else {"Connection": "close"})
        elif requests % 2:
            body = json.dumps({"site": f"during {requests}", "password": "x"})
            c.request("POST", "/api/entries", body, {"Cookie": cookie, "Origin": f"{url.scheme}://{url.netloc}", "Content-Type": "application/json", "Connection": "close"})
        else:
            c.request("GET", "/session", headers={"Cookie": cookie, "Connection": "close"})
        answer = c.getresponse()
        text = answer.read()
        if answer.status == 201:
            entries += 1
        if answer.status not in (200, 201):
            raise ValueError(f"{answer.status} {text[:100]!r}")
        if keep and not answer.will_close:
            kept = c
        else:
            c.close()
            kept = None if keep else kept
    except Exception as e:  # noqa: BLE001 whatever it is, a person saw it
        failures += 1
        shown.append(f"{requests}: {type(e).__name__} {e}")
        c.close()
        kept = None if keep else kept
    requests += 1
    took = time.monotonic() - began
    slowest = max(slowest, took)
    time.sleep(max(0.0, 0.02 - took))
print(f"requests {requests} failures {failures} entries {entries} slowest {slowest * 1000:.0f} ms")
print("\n".join(shown[:5]))
