"""ddb_units.py - what DynamoDB would bill for a call, by its rules (docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html):
reads 4 KB a unit, half without consistency; writes 1 KB a unit, of the larger of old and new item; in a transaction twice; an index of keys alone 1 where its key
changes."""
import json
import math

KEYS = {"Users": ("username",), "Accounts": ("owner", "kind"), "Passwords": ("user_id", "password_id")}


def size(item):
    total = 0
    for name, value in (item or {}).items():
        kind, v = next(iter(value.items()))
        total += len(name.encode()) + (math.ceil(len(v.lstrip("-")) / 2) + 1 if kind == "N" else len(v.encode()))
    return total


def key_of(table, item):
    return {k: item[k] for k in next(v for n, v in KEYS.items() if table.endswith(n))}


def read_units(bytes_read, consistent):
    return max(1, math.ceil(bytes_read / 4096)) * (1 if consistent else 0.5)


def write_units(old, new):
    return max(1, math.ceil(max(size(old), size(new)) / 1024))


def before(action, body, look):
    """Items as they are before a write: {(table, key): item}."""
    rq = json.loads(body)
    writes = [next(iter(a.values())) for a in rq["TransactItems"]] if action == "TransactWriteItems" else [rq] if action in ("PutItem", "UpdateItem", "DeleteItem") else []
    keys = [(w["TableName"], w.get("Key") or key_of(w["TableName"], w["Item"])) for w in writes]
    return [(t, k, look(t, k)) for t, k in keys]


def units(action, body, answer, was, look):
    """(read units, write units) of one call that succeeded."""
    rq, answer = json.loads(body), json.loads(answer)
    if action == "GetItem":
        return read_units(size(answer.get("Item")), rq.get("ConsistentRead")), 0
    if action == "BatchGetItem":
        read = 0
        for table, t in rq["RequestItems"].items():
            found = answer["Responses"].get(table, [])
            read += sum(read_units(size(i), t.get("ConsistentRead")) for i in found) + (len(t["Keys"]) - len(found)) * read_units(0, t.get("ConsistentRead"))
        return read, 0
    if action == "Query":
        return read_units(sum(size(i) for i in answer["Items"]), rq.get("ConsistentRead")), 0
    written = 0
    for table, key, old in was:
        new = look(table, key)
        written += write_units(old, new) * (2 if action == "TransactWriteItems" else 1)
        if table.endswith("Users") and (old or {}).get("email_lower") != (new or {}).get("email_lower"):
            written += 1
    return 0, written
