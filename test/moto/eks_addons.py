"""Calls of EKS that moto does not have: add-ons, pod identity associations, updates."""

import time
import uuid
from urllib.parse import parse_qs

from eks_calls import Refused, arn_of, cluster_of, given, in_use, kept, not_found, route

ADDONS = {
    "vpc-cni": "v1.21.1-eksbuild.1",
    "kube-proxy": "v1.36.0-eksbuild.2",
    "coredns": "v1.13.1-eksbuild.1",
    "aws-ebs-csi-driver": "v1.55.0-eksbuild.1",
    "eks-pod-identity-agent": "v1.3.10-eksbuild.1",
}


@route("GET", "/addons/supported-versions")
def addon_versions(call, asked):
    query = parse_qs(call.parsed_url.query)
    version, name = query.get("kubernetesVersion", ["1.36"])[0], query.get("addonName", [None])[0]
    compatible = [{"clusterVersion": version, "platformVersions": ["*"], "defaultVersion": True}]
    return {
        "addons": [
            {
                "addonName": addon,
                "type": "networking",
                "addonVersions": [
                    {"addonVersion": at, "architecture": ["amd64", "arm64"], "compatibilities": compatible}
                ],
            }
            for addon, at in ADDONS.items()
            if name in (None, addon)
        ]
    }


@route("POST", "/clusters/(?P<name>[^/]+)/addons")
def create_addon(call, asked, name):
    addons = kept(cluster_of(call, name), "addon")
    addon = asked["addonName"]
    if addon in addons:
        raise in_use("addon")
    if addon not in ADDONS:
        raise Refused(400, "InvalidParameterException", f"Addon {addon} specified is not supported")
    arn = arn_of(call, "addon", name, addon, str(uuid.uuid4()))
    associations = [
        associate(call, name, {**one, "namespace": "kube-system"}, owner=arn)["associationArn"]
        for one in asked.get("podIdentityAssociations") or []
    ]
    addons[addon] = {
        "addonName": addon,
        "clusterName": name,
        "status": "ACTIVE",
        "addonVersion": asked.get("addonVersion") or ADDONS[addon],
        "health": {"issues": []},
        "addonArn": arn,
        "createdAt": time.time(),
        "modifiedAt": time.time(),
        "tags": asked.get("tags") or {},
        "podIdentityAssociations": associations,
        **given(asked, "serviceAccountRoleArn", "configurationValues"),
    }
    return {"addon": addons[addon]}


@route("GET", "/clusters/(?P<name>[^/]+)/addons")
def list_addons(call, asked, name):
    return {"addons": [*kept(cluster_of(call, name), "addon")]}


ADDON = "/clusters/(?P<name>[^/]+)/addons/(?P<addon>[^/]+)"


@route("GET", ADDON)
def describe_addon(call, asked, name, addon):
    found = kept(cluster_of(call, name), "addon").get(addon)
    if found is None:
        raise not_found("addon")
    return {"addon": found}


@route("DELETE", ADDON)
def delete_addon(call, asked, name, addon):
    gone = describe_addon(call, asked, name, addon)["addon"]
    cluster = cluster_of(call, name)
    del kept(cluster, "addon")[addon]
    associations = kept(cluster, "podidentityassociation")
    for key in [key for key, one in associations.items() if one.get("ownerArn") == gone["addonArn"]]:
        del associations[key]
    return {"addon": {**gone, "status": "DELETING"}}


def associate(call, name, asked, owner=None):
    associations = kept(cluster_of(call, name), "podidentityassociation")
    same = [one for one in associations.values() if all(one[m] == asked[m] for m in ("namespace", "serviceAccount"))]
    if same:
        raise in_use("pod identity association")
    key = f"a-{uuid.uuid4().hex[:17]}"
    associations[key] = {
        "clusterName": name,
        "associationArn": arn_of(call, "podidentityassociation", name, key),
        "associationId": key,
        "createdAt": time.time(),
        "modifiedAt": time.time(),
        "tags": asked.get("tags") or {},
        **given(asked, "namespace", "serviceAccount", "roleArn"),
        **({"ownerArn": owner} if owner else {}),
    }
    return associations[key]


ASSOCIATIONS = "/clusters/(?P<name>[^/]+)/pod-identity-associations"


@route("POST", ASSOCIATIONS)
def create_association(call, asked, name):
    return {"association": associate(call, name, asked)}


@route("GET", ASSOCIATIONS)
def list_associations(call, asked, name):
    members = ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId", "ownerArn")
    held = kept(cluster_of(call, name), "podidentityassociation").values()
    return {"associations": [given(one, *members) for one in held]}


@route("GET", f"{ASSOCIATIONS}/(?P<key>[^/]+)")
def describe_association(call, asked, name, key):
    found = kept(cluster_of(call, name), "podidentityassociation").get(key)
    if found is None:
        raise not_found("pod identity association")
    return {"association": found}


@route("DELETE", f"{ASSOCIATIONS}/(?P<key>[^/]+)")
def delete_association(call, asked, name, key):
    gone = describe_association(call, asked, name, key)
    del kept(cluster_of(call, name), "podidentityassociation")[key]
    return gone


def updated(call, cluster, kind):
    """Notes a change of a cluster, which moto makes at once."""
    update = {
        "id": str(uuid.uuid4()),
        "status": "Successful",
        "type": kind,
        "params": [],
        "createdAt": time.time(),
        "errors": [],
    }
    kept(cluster, "update")[update["id"]] = update
    return update


@route("GET", "/clusters/(?P<name>[^/]+)/updates/(?P<key>[^/]+)")
def describe_update(call, asked, name, key):
    found = kept(cluster_of(call, name), "update").get(key)
    if found is None:
        raise Refused(404, "ResourceNotFoundException", f"No update found for ID: {key}")
    return {"update": found}
