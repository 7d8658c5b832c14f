#!/usr/bin/env python3
"""terraform_aws.py ENDPOINT REGION certificate | table NAME | parameter NAME - what the tests of ops/terraform ask moto.

certificate  imports one that it makes, prints its ARN
table NAME   all that decides how a table works, as JSON that two tables can be compared by: what is its own (name, ARN, times, counts) is left out
parameter N  its type and value
"""
import json
import subprocess
import sys
import tempfile

import boto3


def client(name):
    return boto3.client(name, endpoint_url=sys.argv[1], region_name=sys.argv[2], aws_access_key_id="t", aws_secret_access_key="t")


def certificate():
    with tempfile.TemporaryDirectory() as d:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", d + "/k", "-out", d + "/c", "-days", "30",
                        "-subj", "/CN=vault.example.org"], check=True, capture_output=True)
        with open(d + "/c", "rb") as c, open(d + "/k", "rb") as k:
            return client("acm").import_certificate(Certificate=c.read(), PrivateKey=k.read())["CertificateArn"]


def table(name):
    db = client("dynamodb")
    t = db.describe_table(TableName=name)["Table"]
    own = ("TableName", "TableArn", "TableId", "CreationDateTime", "ItemCount", "TableSizeBytes", "LatestStreamLabel", "LatestStreamArn")
    out = {k: v for k, v in t.items() if k not in own}
    # a time of its own, like the sums
    out.get("BillingModeSummary", {}).pop("LastUpdateToPayPerRequestDateTime", None)
    out["AttributeDefinitions"] = sorted(t["AttributeDefinitions"], key=lambda a: a["AttributeName"])
    for i in out.get("GlobalSecondaryIndexes", []):
        for k in ("IndexArn", "ItemCount", "IndexSizeBytes"):
            i.pop(k, None)
    out["ttl"] = db.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    pitr = db.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    out["pitr"] = pitr["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    return json.dumps(out, sort_keys=True, default=str, indent=1)


def parameter(name):
    p = client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]
    return p["Type"] + " " + p["Value"]


print({"certificate": certificate, "table": table, "parameter": parameter}[sys.argv[3]](*sys.argv[4:]))
