"""ddb_proxy.py PORT TARGET FOLDER - stands before a DynamoDB emulator and does what emulators never do.

FOLDER/mode (read anew for each call): {"fault": NAME or a list of names, "rate": 0..1, "times": N, "skip": how many before, "only": regular expression on the action}
FOLDER/calls gets a line for each call that arrived: ACTION STATUS FAULT.
Faults: throttle e500 e503 refuse timeout slow drip cut garbage crc lost twice conflict expired skew, hold (until FOLDER/go is there),
endless (pages that never end), stale (an answer from before for reads that do not ask for consistency), old (one from before for every read)
"now": SECONDS - the clock of the service: a request signed more than 5 minutes away from it is refused with that Date.
"refuse_key": ID - requests signed with this access key have expired.
"one_by_one": true - for an emulator without transactions: their actions one after the other, until one fails.
"measure": true - FOLDER/units gets a line for each call: ACTION READ-UNITS WRITE-UNITS (ddb_units.py).
"record": true - every request goes to FOLDER/requests as a line of JSON, body in base64.
"""
import base64
import calendar
import email.utils
import http.client
import http.server
import json
import os
import random
import re
import socketserver
import sys
import threading
import time
import urllib.parse
import zlib

import ddb_units

port, target, folder = int(sys.argv[1]), urllib.parse.urlparse(sys.argv[2]), sys.argv[3]
lock, one_call = threading.Lock(), threading.Lock()
parts = set()
before, done = {}, {}
state = {"stamp": None, "mode": {}, "left": None, "skip": 0}


def error(name, message="injected", **more):
    return json.dumps({"__type": "com.amazonaws.dynamodb.v20120810#" + name, "message": message, **more}).encode()


READS = ("GetItem", "Query", "BatchGetItem")
ANSWERS = {
    "throttle": (400, error("ProvisionedThroughputExceededException")),
    "e500": (500, error("InternalServerError")),
    "e503": (503, b""),
    "garbage": (200, b"\x00\xff<html>not json"),
    "conflict": (400, error("TransactionCanceledException", CancellationReasons=[{"Code": "TransactionConflict"}])),
    "expired": (400, error("ExpiredTokenException")),
    "skew": (400, error("InvalidSignatureException", "Signature expired")),
}


def chosen(action):
    try:
        stamp = os.stat(folder + "/mode").st_mtime_ns
        if stamp != state["stamp"]:
            with open(folder + "/mode", encoding="ascii") as f:
                state.update(stamp=stamp, mode=json.load(f))
            state["left"] = state["mode"].get("times")
            state["skip"] = state["mode"].get("skip", 0)
    except (OSError, ValueError):
        return None
    m = state["mode"]
    if not m.get("fault") or not re.search(m.get("only", ""), action) or random.random() >= m.get("rate", 1) or state["left"] == 0:
        return None
    if state["skip"] > 0:
        state["skip"] -= 1
        return None
    if state["left"] is not None:
        state["left"] -= 1
    return random.choice(m["fault"]) if isinstance(m["fault"], list) else m["fault"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def look(self, table, key):
        status, data = self.forward_alone(json.dumps({"TableName": table, "Key": key, "ConsistentRead": True}).encode(), "GetItem")
        return json.loads(data).get("Item") if status == 200 else None

    def measured(self, action, body):
        was = ddb_units.before(action, body, self.look)
        status, data = self.forward(body)
        if status == 200:
            read, written = ddb_units.units(action, body, data, was, self.look)
            with lock, open(folder + "/units", "a", encoding="ascii") as f:
                f.write(f"{action} {read:g} {written:g}\n")
        return status, data

    def forward(self, body):
        # one call at a time: moto undoes a cancelled transaction by putting the whole table back, with what others wrote meanwhile
        # a transaction that succeeded is not done again for the same token, as in DynamoDB: moto does not look at it
        token = json.loads(body).get("ClientRequestToken")
        with one_call:
            if token not in done:
                status, data = self.forward_alone(body) if token is None or not state["mode"].get("one_by_one") else self.one_by_one(body)
                if token is None or status != 200:
                    return status, data
                done[token] = (status, data)
            return done[token]

    def one_by_one(self, body):
        for action in json.loads(body)["TransactItems"]:
            kind, one = next(iter(action.items()))
            one.pop("ReturnValuesOnConditionCheckFailure", None)
            if kind != "ConditionCheck":
                status, data = self.forward_alone(json.dumps(one).encode(), kind + "Item")
                if status != 200:
                    return status, data
        return 200, b"{}"

    def forward_alone(self, body, action=None):
        keep = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
        if action:
            keep = {k: v for k, v in keep.items() if k.lower() not in ("x-amz-target", "content-length")} | {"X-Amz-Target": "DynamoDB_20120810." + action}
        asked = action or self.headers["X-Amz-Target"].split(".")[1]
        # the emulator has left a connection without an answer for seconds while it served others: a read is asked once more
        for patience in (1, 30) if asked in READS else (30,):
            try:
                c = http.client.HTTPConnection(target.hostname, target.port, timeout=patience)
                c.request("POST", "/", body, {**keep, "Host": self.headers["Host"]})
                r = c.getresponse()
                return r.status, r.read()
            except TimeoutError:
                late = f"ddb_proxy.py: no answer of the emulator within {patience} s"
                print(late, file=sys.stderr, flush=True)
        raise TimeoutError(late)

    def send(self, status, data, crc=None, drip=False, cut=False, date=None):
        self.send_response_only(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Date", date or self.date_time_string())
        self.send_header("x-amz-crc32", str(zlib.crc32(data) if crc is None else crc))
        self.end_headers()
        if cut:
            self.wfile.write(data[:len(data) // 2])
            self.close_connection = True
            return
        for i in range(0, len(data), 1 if drip else 1 << 20):
            self.wfile.write(data[i:i + (1 if drip else 1 << 20)])
            if drip:
                self.wfile.flush()
                time.sleep(0.2)

    def signed_by(self):
        return re.search("Credential=([^/]*)/", self.headers["Authorization"]).group(1)

    def refused(self, mode):
        if mode.get("refuse_key") == self.signed_by():
            return "expired", {}
        if "now" in mode:
            signed = calendar.timegm(time.strptime(self.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ"))
            if abs(signed - mode["now"]) > 300:
                return "skew", {"date": email.utils.formatdate(mode["now"], usegmt=True)}
        return None, {}

    def read(self, fault, action, body):
        """Reads may see what was there before: the first answer to the same question is kept for them."""
        weak = action in READS and (fault == "old" or b'"ConsistentRead":true' not in body)
        if not weak or body not in before:
            status, data = self.forward(body)
            if action in READS:
                before.setdefault(body, (status, data))
            return status, data
        return before[body]

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        action = self.headers["X-Amz-Target"].split(".")[1]
        with lock:
            fault = chosen(action)
            mode = dict(state["mode"])
            if mode.get("record"):
                with open(folder + "/requests", "a", encoding="ascii") as f:
                    f.write(json.dumps({"headers": self.headers.items(), "body": base64.b64encode(body).decode()}) + "\n")
        status, date = 0, {}
        if not fault:
            fault, date = self.refused(mode)
        try:
            if fault in ANSWERS:
                status = ANSWERS[fault][0]
                self.send(*ANSWERS[fault], **date)
            elif fault == "refuse":
                self.close_connection = True
            elif fault == "timeout":
                time.sleep(20)
                self.close_connection = True
            else:
                if fault == "slow":
                    time.sleep(0.7)
                if fault == "hold":
                    open(folder + "/held", "w").close()
                    while not os.path.exists(folder + "/go"):
                        time.sleep(0.02)
                status, data = self.read(fault, action, body) if fault in ("stale", "old") else self.measured(action, body) if mode.get("measure") else self.forward(body)
                if fault == "endless" and status == 200:
                    item = json.loads(data)
                    item["LastEvaluatedKey"] = {k: v for k, v in (item["Items"] or [{"user_id": {"S": "x"}}])[-1].items() if k in ("user_id", "password_id", "owner", "kind", "username")}
                    data = json.dumps({**item, "Items": [], "Count": 0} if mode.get("empty") else item).encode()
                if fault == "twice":
                    status, data = self.forward(body)
                if fault == "lost":
                    self.close_connection = True
                else:
                    if fault == "crc":  # still JSON, but not what was sent: one letter of every text is another
                        bent = re.sub(rb'("S": ?"[^"]{3})([a-zA-Z0-9])', lambda m: m.group(1) + (b"A" if m.group(2) != b"A" else b"B"), data)
                        data, sum_of = bent, zlib.crc32(data) ^ (bent == data)
                    else:
                        sum_of = zlib.crc32(data)
                    self.send(status, data, crc=sum_of, drip=fault == "drip", cut=fault == "cut")
        except OSError:
            self.close_connection = True
        with lock, open(folder + "/calls", "a", encoding="ascii") as f:
            f.write(f"{action} {status} {fault or '-'}\n")
            # a transaction is allowed by the rights to its parts
            if action == "TransactWriteItems":
                for one in json.loads(body)["TransactItems"]:
                    parts.add({"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}[next(iter(one))])
            else:
                parts.add(action)
            with open(folder + "/rights", "w", encoding="ascii") as r:
                r.write("\n".join(sorted(parts)) + "\n")


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        # whoever was killed or timed out left a broken pipe
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


Server(("127.0.0.1", port), Handler).serve_forever()
