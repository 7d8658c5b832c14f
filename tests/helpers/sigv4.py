"""sigv4.py REQUESTS SECRET [TOKEN] - computes every recorded request's signature anew with botocore (AWS's own code) and compares. Prints bodies' sizes; 1 when one differs."""
import base64
import json
import re
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

secret, token = sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None
sizes, wrong = [], 0
for line in open(sys.argv[1], encoding="ascii"):
    rq = json.loads(line)
    headers = {k.lower(): v for k, v in rq["headers"]}
    body = base64.b64decode(rq["body"])
    m = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]*)/(\d{8})/([^/]*)/dynamodb/aws4_request, ?SignedHeaders=([^,]*), ?Signature=([0-9a-f]{64})", headers["authorization"])
    signed = m.group(4).split(";")
    for must in ("host", "x-amz-date", "x-amz-target") + (("x-amz-security-token",) if token else ()):
        if must not in signed:
            sys.exit(f"{must} is not signed")
    if token and headers["x-amz-security-token"] != token:
        sys.exit("another token")
    r = AWSRequest("POST", f"http://{headers['host']}/", {k: headers[k] for k in signed}, body)
    r.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(Credentials(m.group(1), secret, token), "dynamodb", m.group(3))
    right = auth.signature(auth.string_to_sign(r, auth.canonical_request(r)), r)
    if right != m.group(5):
        wrong += 1
        print(f"{headers['x-amz-target']}: body of {len(body)} bytes: {m.group(5)} is not {right}", file=sys.stderr)
    sizes.append(len(body))
print(f"{len(sizes)} requests, bodies of {min(sizes)} to {max(sizes)} bytes, {wrong} wrong")
sys.exit(wrong > 0 or not sizes)
