"""ddb_load.py - what the DynamoDB bench needs beside wrk.

  ddb_load.py replay EMULATOR REQUESTS       the recorded calls again, over one kept connection to the emulator itself: sum of their p50, ms
  ddb_load.py ask PORT COOKIE CLIENTS N PATH N requests by CLIENTS at once; every one must be answered 200
  ddb_load.py people EMULATOR PREFIX N       N people more in the Users table, each a copy of the one that is there, under a name and an email of his own
  ddb_load.py login PORT NAME PASSWORD N     first step of N log-ins, one after the other: p50, ms
"""
import base64
import http.client
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse


def median(values):
    return sorted(values)[len(values) // 2]


def call(c, target, body):
    c.request("POST", "/", json.dumps(body), {
        "X-Amz-Target": "DynamoDB_20120810." + target, "Content-Type": "application/x-amz-json-1.0", "X-Amz-Date": "20260101T000000Z",
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"})
    r = c.getresponse()
    data = r.read()
    if r.status != 200:
        sys.exit(f"{target}: {r.status} {data[:200]}")
    return json.loads(data)


def connect(url):
    u = urllib.parse.urlparse(url)
    return http.client.HTTPConnection(u.hostname, u.port, timeout=60)


def replay(emulator, path):
    """By wrk, whose own share is small: a client in Python would be counted as the emulator's time."""
    total = 0.0
    for line in open(path, encoding="ascii"):
        rq = json.loads(line)
        with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="ascii") as lua:
            lua.write('wrk.method = "POST"\nwrk.body = [==[' + base64.b64decode(rq["body"]).decode() + "]==]\n")
            for k, v in rq["headers"]:
                if k.lower() not in ("connection", "content-length", "host"):
                    lua.write(f'wrk.headers["{k}"] = "{v}"\n')
            lua.flush()
            out = subprocess.run(["wrk", "-t1", "-c1", "-d2s", "--latency", "-s", lua.name, emulator], capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in out:
            sys.exit(f"replay: {out}")
        value, unit = re.search(r"50%\s+([0-9.]+)(us|ms|s)", out).groups()
        total += float(value) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]
    print(f"{total:.3f}")


def ask(port, cookie, clients, n, path):
    bad = []

    def one():
        for _ in range(n // clients):
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            c.request("GET", path, headers={"Cookie": cookie})
            r = c.getresponse()
            r.read()
            if r.status != 200:
                bad.append(r.status)
    threads = [threading.Thread(target=one) for _ in range(clients)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if bad:
        sys.exit(f"answered {bad[:5]}")


def people(emulator, prefix, n):
    first = call(connect(emulator), "Scan", {"TableName": prefix + "Users"})["Items"][0]

    def some(begin, end):
        c = connect(emulator)
        for i in range(begin, end, 25):
            items = [{**first, "username": {"S": f"person-{j}"}, "email_lower": {"S": f"person-{j}@example.org"}} for j in range(i, min(i + 25, end))]
            call(c, "BatchWriteItem", {"RequestItems": {prefix + "Users": [{"PutRequest": {"Item": x}} for x in items]}})
    threads = [threading.Thread(target=some, args=(n * k // 4, n * (k + 1) // 4)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def login(port, name, password, n):
    took = []
    for i in range(n):
        t = time.perf_counter()
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        c.request("POST", "/login", urllib.parse.urlencode({"username": name, "password": password}), {
            "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://localhost:{port}", "X-Forwarded-For": f"10.9.{i}.{int(t * 1000) % 250}"})
        r = c.getresponse()
        r.read()
        if r.status != 200:
            sys.exit(f"log-in: {r.status}")
        took.append((time.perf_counter() - t) * 1e3)
    print(f"{median(took):.1f}")


a = sys.argv
{"replay": lambda: replay(a[2], a[3]), "ask": lambda: ask(int(a[2]), a[3], int(a[4]), int(a[5]), a[6]), "people": lambda: people(a[2], a[3], int(a[4])),
 "login": lambda: login(int(a[2]), a[3], a[4], int(a[5]))}[a[1]]()
