"""Calls of EKS that moto does not have: how they are found, versions, access entries. Others are in eks_addons.py."""

import json
import re
import time
import uuid
from urllib.parse import parse_qs, unquote

from mend import mend
from moto.eks.responses import EKSResponse

ROUTES = []


class Refused(Exception):
    def __init__(self, status, code, message):
        self.status, self.code, self.message = status, code, message


def route(method, pattern):
    """A call by its method and path. What the pattern names arrives as keywords, decoded."""

    def register(function):
        ROUTES.append((method, re.compile(f"^{pattern}$"), function))
        return function

    return register


def not_found(what):
    return Refused(404, "ResourceNotFoundException", f"The specified {what} could not be found")


def in_use(what):
    return Refused(409, "ResourceInUseException", f"The specified {what} is already in use")


def answer(request, full_url, headers):
    call = EKSResponse()
    call.setup_class(request, full_url, headers)
    try:
        for method, pattern, function in ROUTES:
            found = pattern.match(call.raw_path)
            if found and method == call.method:
                given = {name: unquote(value) for name, value in found.groupdict().items()}
                asked = json.loads(call.body) if call.body else {}
                return 200, {"Content-Type": "application/json"}, json.dumps(function(call, asked, **given))
        raise Refused(501, "NotImplemented", f"{call.method} {call.raw_path} is not known here")
    except Refused as refused:
        told = json.dumps({"message": refused.message})
        return refused.status, {"Content-Type": "application/json", "x-amzn-ErrorType": refused.code}, told


def cluster_of(call, name):
    cluster = call.eks_backend.clusters.get(name)
    if cluster is None:
        raise Refused(404, "ResourceNotFoundException", f"No cluster found for name: {name}.")
    return cluster


def kept(cluster, kind):
    """What a cluster holds of a kind, by key: it goes with the cluster."""
    if not hasattr(cluster, "kept"):
        cluster.kept = {"access-entry": {}, "addon": {}, "podidentityassociation": {}, "update": {}}
    return cluster.kept[kind]


def arn_of(call, kind, *path):
    return f"arn:aws:eks:{call.region}:{call.current_account}:{kind}/{'/'.join(path)}"


def given(asked, *members):
    return {name: asked[name] for name in members if asked.get(name) is not None}


# Kubernetes minors with their support on the day of the judge; only what a spec may name matters here.
VERSIONS = [
    {"clusterVersion": "1.36", "versionStatus": "STANDARD_SUPPORT", "defaultVersion": True},
    {"clusterVersion": "1.35", "versionStatus": "STANDARD_SUPPORT", "defaultVersion": False},
    {"clusterVersion": "1.34", "versionStatus": "STANDARD_SUPPORT", "defaultVersion": False},
    {"clusterVersion": "1.33", "versionStatus": "EXTENDED_SUPPORT", "defaultVersion": False},
]


@route("GET", "/cluster-versions")
def cluster_versions(call, asked):
    wanted = parse_qs(call.parsed_url.query).get("clusterVersions")
    rows = [{**row, "clusterType": "eks"} for row in VERSIONS if not wanted or row["clusterVersion"] in wanted]
    return {"clusterVersions": rows}


@route("POST", "/clusters/(?P<name>[^/]+)/access-entries")
def create_entry(call, asked, name):
    entries = kept(cluster_of(call, name), "access-entry")
    principal = asked["principalArn"]
    if principal in entries:
        raise in_use("access entry resource")
    kind, _, who = principal.split(":")[5].partition("/")
    kind_of_entry = asked.get("type") or "STANDARD"
    of_nodes = kind_of_entry in ("EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX")
    entry = {
        "clusterName": name,
        "principalArn": principal,
        "kubernetesGroups": asked.get("kubernetesGroups") or (["system:nodes"] if of_nodes else []),
        "accessEntryArn": arn_of(call, "access-entry", name, kind, call.current_account, who, str(uuid.uuid4())),
        "createdAt": time.time(),
        "modifiedAt": time.time(),
        "tags": asked.get("tags") or {},
        "username": asked.get("username") or ("system:node:{{EC2PrivateDNSName}}" if of_nodes else principal),
        "type": kind_of_entry,
    }
    entries[principal] = {"entry": entry, "policies": {}}
    return {"accessEntry": entry}


@route("GET", "/clusters/(?P<name>[^/]+)/access-entries")
def list_entries(call, asked, name):
    return {"accessEntries": [*kept(cluster_of(call, name), "access-entry")]}


def entry_of(call, name, principal):
    entry = kept(cluster_of(call, name), "access-entry").get(principal)
    if entry is None:
        raise not_found(f"principalArn: {principal}")
    return entry


ENTRY = "/clusters/(?P<name>[^/]+)/access-entries/(?P<principal>[^/]+)"


@route("GET", ENTRY)
def describe_entry(call, asked, name, principal):
    return {"accessEntry": entry_of(call, name, principal)["entry"]}


@route("POST", ENTRY)
def update_entry(call, asked, name, principal):
    entry = entry_of(call, name, principal)["entry"]
    entry.update(given(asked, "kubernetesGroups", "username"), modifiedAt=time.time())
    return {"accessEntry": entry}


@route("DELETE", ENTRY)
def delete_entry(call, asked, name, principal):
    entry_of(call, name, principal)
    del kept(cluster_of(call, name), "access-entry")[principal]
    return {}


@route("GET", f"{ENTRY}/access-policies")
def list_policies(call, asked, name, principal):
    held = entry_of(call, name, principal)["policies"]
    return {"clusterName": name, "principalArn": principal, "associatedAccessPolicies": [*held.values()]}


@route("POST", f"{ENTRY}/access-policies")
def associate_policy(call, asked, name, principal):
    now = time.time()
    policy = {**given(asked, "policyArn", "accessScope"), "associatedAt": now, "modifiedAt": now}
    entry_of(call, name, principal)["policies"][asked["policyArn"]] = policy
    return {"clusterName": name, "principalArn": principal, "associatedAccessPolicy": policy}


@route("DELETE", f"{ENTRY}/access-policies/(?P<policy>[^/]+)")
def disassociate_policy(call, asked, name, principal, policy):
    if entry_of(call, name, principal)["policies"].pop(policy, None) is None:
        raise not_found(f"policyArn: {policy}")
    return {}


@mend("eks-calls")
def eks_calls():
    from moto.eks import urls

    named = r"{0}/clusters/(?P<name>[^/]+)"
    urls.url_paths["{0}/cluster-versions$"] = answer
    urls.url_paths["{0}/addons/supported-versions$"] = answer
    for kind in ("access-entries", "addons", "pod-identity-associations", "updates"):
        urls.url_paths[f"{named}/{kind}$"] = answer
        urls.url_paths[f"{named}/{kind}/(?P<rest>.+)$"] = answer
