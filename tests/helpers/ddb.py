"""ddb.py - looks into a DynamoDB emulator for the tests, as sqlite3 looks into a database file.

  ddb.py sql ENDPOINT PREFIX STATEMENT     the three tables as SQLite tables; what the statement changes is written back
  ddb.py copy ENDPOINT FROM TO             the items of one set of tables into another
  ddb.py create ENDPOINT PREFIX            the three tables, as vs-tables makes them
"""
import http.client
import json
import sqlite3
import sys

KEYS = {"users": ("username",), "accounts": ("owner", "kind"), "passwords": ("user_id", "password_id")}
NAMES = {"users": "Users", "accounts": "Accounts", "passwords": "Passwords"}
NUMBERS = set("created updated expires rev auth_ver pw_ver rc_ver totp_ver key_gen totp_last seen tries tokens fails until version deleted".split())
TEXTS = {
    "users": "uid email_lower role kdf_pw login_hash wrap_pw kdf_rc salt_rc rec_hash wrap_rc totp_box sessions settings rec_mac req".split(),
    "accounts": "uid username email_lower role box detail event req".split(),
    "passwords": "token req".split(),
}
# the smaller library: it starts in half the time, and every test starts it
connection = http.client.HTTPConnection(sys.argv[2].removeprefix("http://").rstrip("/"), timeout=30)


def call(target, body):
    connection.request("POST", "/", json.dumps(body).encode(), {
        "X-Amz-Target": "DynamoDB_20120810." + target, "Content-Type": "application/x-amz-json-1.0", "X-Amz-Date": "20260101T000000Z",
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{target}: {answer.status} {text[:500]!r}")
    return json.loads(text)


def scan(table):
    start = {}
    while True:
        a = call("Scan", {"TableName": table, "ConsistentRead": True, **start})
        yield from a["Items"]
        if not a.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": a["LastEvaluatedKey"]}


def write(table, requests):
    for i in range(0, len(requests), 25):
        left = {table: requests[i:i + 25]}
        while left:
            left = call("BatchWriteItem", {"RequestItems": left}).get("UnprocessedItems")


def plain(item):
    return {k: int(v["N"]) if "N" in v else v["S"] for k, v in item.items()}


def typed(row):
    return {k: {"N": str(v)} if k in NUMBERS else {"S": str(v)} for k, v in row.items() if v is not None}


def create(prefix):
    for t, keys in KEYS.items():
        names = list(keys) + (["email_lower"] if t == "users" else [])
        rq = {"TableName": prefix + NAMES[t], "BillingMode": "PAY_PER_REQUEST",
              "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in names],
              "KeySchema": [{"AttributeName": n, "KeyType": k} for n, k in zip(keys, ("HASH", "RANGE"))]}
        if t == "users":
            rq["GlobalSecondaryIndexes"] = [{"IndexName": "email_lower-index", "KeySchema": [{"AttributeName": "email_lower", "KeyType": "HASH"}],
                                             "Projection": {"ProjectionType": "KEYS_ONLY"}}]
        call("CreateTable", rq)


def sql(prefix, statement):
    db = sqlite3.connect(":memory:")
    before = {}
    for t, keys in KEYS.items():
        columns = list(dict.fromkeys(list(keys) + sorted(NUMBERS) + TEXTS[t]))
        db.execute(f"CREATE TABLE {t}({','.join(columns)}, PRIMARY KEY({','.join(keys)}))")
        before[t] = {}
        for item in scan(prefix + NAMES[t]):
            row = plain(item)
            before[t][tuple(row[k] for k in keys)] = row
            db.execute(f"INSERT INTO {t}({','.join(row)}) VALUES({','.join('?' * len(row))})", list(row.values()))
    for one in statement.split(";"):
        for row in db.execute(one) if one.strip() else []:
            print("|".join("" if v is None else str(v) for v in row))
    db.row_factory = sqlite3.Row
    for t, keys in KEYS.items():
        after = {}
        for r in db.execute(f"SELECT * FROM {t}"):
            row = {k: r[k] for k in r.keys() if r[k] is not None}
            after[tuple(row[k] for k in keys)] = row
        changes = [{"DeleteRequest": {"Key": {n: {"S": v} for n, v in zip(keys, k)}}} for k in before[t] if k not in after]
        changes += [{"PutRequest": {"Item": typed(row)}} for k, row in after.items() if before[t].get(k) != row]
        write(prefix + NAMES[t], changes)


if sys.argv[1] == "sql":
    if sys.argv[4].strip().upper().startswith("PRAGMA"):
        print("ok")
    else:
        sql(sys.argv[3], sys.argv[4])
elif sys.argv[1] == "create":
    create(sys.argv[3])
else:
    create(sys.argv[4])
    for t in KEYS:
        write(sys.argv[4] + NAMES[t], [{"PutRequest": {"Item": i}} for i in scan(sys.argv[3] + NAMES[t])])
