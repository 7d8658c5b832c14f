#!/usr/bin/env python3
"""terraform_policy.py IAM-POLICY < `terraform show -json` - rules that hold for every plan and state of ops/terraform. One line for each breach; 1 if there is any.

In a plan much is not known yet; such values pass here and are looked at in the state after an apply.
"""
import json
import sys

UNKNOWN = object()
# what the machine does besides DynamoDB, and where AWS knows no resource for it
OTHERS = {
    "ssm:GetParametersByPath", "kms:Decrypt", "ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer", "ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel", "logs:CreateLogStream", "logs:PutLogEvents", "cloudwatch:PutMetricData",
}
NO_RESOURCE = {
    "dynamodb:ListTables", "ecr:GetAuthorizationToken", "ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel", "cloudwatch:PutMetricData",
}
EVERYBODY = ("0.0.0.0/0", "::/0")
bad = []
seen = {}


def resources(module):
    yield from module.get("resources", [])
    for m in module.get("child_modules", []):
        yield from resources(m)


def as_list(x):
    return x if isinstance(x, list) else [x]


def need(address, ok, what):
    if not ok:
        bad.append(f"{address}: {what}")


doc = json.load(sys.stdin)
unknown = {c["address"]: c["change"].get("after_unknown") or {} for c in doc.get("resource_changes", [])}
root = (doc.get("planned_values") or doc["values"])["root_module"]
with open(sys.argv[1], encoding="utf-8") as f:
    allowed = {a for s in json.load(f)["Statement"] for a in as_list(s["Action"])}


def check_policy(address, text):
    for s in json.loads(text)["Statement"]:
        actions, where = set(as_list(s.get("Action", []))), as_list(s.get("Resource", []))
        need(address, s["Effect"] != "Allow" or actions and where and not {"NotAction", "NotResource"} & set(s), "a statement without Action and Resource")
        need(address, not any("*" in a for a in actions), f"a wildcard among the actions: {sorted(actions)}")
        extra = {a for a in actions if a.startswith("dynamodb:")} - allowed | {a for a in actions if not a.startswith("dynamodb:")} - OTHERS
        need(address, not extra, f"more than it needs: {sorted(extra)}")
        changes = [a for a in actions if a.startswith("dynamodb:") and a.split(":")[1].startswith(("Create", "UpdateT", "UpdateC", "DeleteT"))]
        need(address, not changes, f"may change tables: {changes}")
        if "*" in where:
            need(address, actions <= NO_RESOURCE, f"all resources for {sorted(actions - NO_RESOURCE)}")
        for r in where:
            need(address, r == "*" or "*" not in r.split(":", 5)[5].split("/")[0], f"a resource that is too wide: {r}")
            need(address, r == "*" or not r.startswith("arn:aws:dynamodb") or "*" not in r, f"a table that is not named: {r}")
        if actions & {"kms:Decrypt", "cloudwatch:PutMetricData"}:
            need(address, s.get("Condition"), f"no condition on {sorted(actions)}")


for r in resources(root):
    if r.get("mode") == "data":
        continue
    kind, at, v = r["type"], r["address"], r["values"]
    seen[kind] = seen.get(kind, 0) + 1

    def get(name, at=at, v=v):
        return UNKNOWN if v.get(name) is None and unknown.get(at, {}).get(name) else v.get(name)

    if kind in ("aws_instance", "aws_launch_template"):
        m = (v["metadata_options"] or [{}])[0]
        need(at, m.get("http_tokens") == "required", "IMDSv2 is not required")
        need(at, m.get("http_put_response_hop_limit") == 2, "the hop limit is not 2")
        disks = v["root_block_device"] if kind == "aws_instance" else [e for d in v["block_device_mappings"] for e in d["ebs"]]
        need(at, disks and all(str(d["encrypted"]).lower() == "true" and d["volume_type"] == "gp3" for d in disks), "a disk that is not encrypted gp3")
        need(at, get("iam_instance_profile"), "no role")
    if kind == "aws_ebs_volume":
        need(at, v["encrypted"] is True and v["type"] == "gp3", "not encrypted gp3")
    if kind in ("aws_cloudwatch_log_group", "aws_sns_topic", "aws_backup_vault", "aws_ssm_parameter"):
        key = {"aws_cloudwatch_log_group": "kms_key_id", "aws_sns_topic": "kms_master_key_id", "aws_backup_vault": "kms_key_arn", "aws_ssm_parameter": "key_id"}[kind]
        need(at, get(key), "not encrypted under the key")
    if kind == "aws_ssm_parameter":
        need(at, v["type"] == "SecureString", "not a SecureString")
        need(at, not (at.endswith(".session") and v.get("value")), "SESSION_SECRET stands in the state")
    if kind == "aws_ecr_repository":
        need(at, v["encryption_configuration"] and v["encryption_configuration"][0]["encryption_type"] == "KMS", "not encrypted under the key")
        need(at, v["image_scanning_configuration"][0]["scan_on_push"], "not scanned on push")
    if kind == "aws_dynamodb_table":
        need(at, v["deletion_protection_enabled"] and v["point_in_time_recovery"][0]["enabled"], "not protected, or no point-in-time recovery")
    if kind == "aws_kms_key":
        need(at, v["enable_key_rotation"], "the key is not rotated")
    if kind == "aws_vpc_security_group_ingress_rule":
        wide = v.get("cidr_ipv4") in EVERYBODY or v.get("cidr_ipv6") in EVERYBODY
        ports = range(v["from_port"], v["to_port"] + 1) if v["ip_protocol"] == "tcp" else range(65536)
        need(at, not wide or set(ports) <= {80, 443}, f"everybody may reach {v['from_port']}-{v['to_port']}")
    if kind in ("aws_security_group", "aws_default_security_group"):
        need(at, not v.get("ingress") or r["values"].get("id"), "a rule inside the group, where this test does not look")
        for i in v.get("ingress") or []:
            need(at, i["from_port"] in (80, 443) and i["to_port"] == i["from_port"] or not set(i["cidr_blocks"] + i["ipv6_cidr_blocks"]) & set(EVERYBODY), "everybody may come in")
    if kind == "aws_lb_listener":
        if v["protocol"] == "HTTPS":
            need(at, v["ssl_policy"].startswith("ELBSecurityPolicy-TLS13-1-2"), "TLS below 1.2")
        else:
            need(at, v["default_action"][0]["type"] == "redirect" and v["default_action"][0]["redirect"][0]["protocol"] == "HTTPS", "plain http is answered")
    if kind == "aws_iam_role_policy" and r["address"].startswith("module.role.") and get("policy") is not UNKNOWN:
        check_policy(at, v["policy"])
        seen["policy"] = 1
    if kind == "aws_iam_role_policy_attachment":
        need(at, at.startswith("module.backup."), "a policy of somebody else's on the machine's role")

print(json.dumps(seen, sort_keys=True))
for b in bad:
    print(b)
sys.exit(bool(bad))
