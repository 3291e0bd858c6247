"""What stands in an account and a region, asked with boto3: one line of JSON, a list of names by type.

    AWS_ENDPOINT_URL=... python3 test/moto/inventory.py

Instances that have ended, keys that wait for their end and AWS's own policies and parameters do not count: they stay
on AWS too.
"""

import json

import boto3

REGION = "us-east-1"

# Service, operation, path to the items, member that names one.
LISTS = [
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_egress_only_internet_gateways", "EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("ec2", "describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("ec2", "describe_volumes", "Volumes", "VolumeId"),
    ("ec2", "describe_key_pairs", "KeyPairs", "KeyPairId"),
    ("ec2", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateId"),
    ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", "AutoScalingGroupName"),
    ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    ("eks", "list_clusters", "clusters", None),
    ("iam", "list_users", "Users", "Arn"),
    ("iam", "list_roles", "Roles", "Arn"),
    ("iam", "list_instance_profiles", "InstanceProfiles", "Arn"),
    ("iam", "list_open_id_connect_providers", "OpenIDConnectProviderList", "Arn"),
    ("kms", "list_aliases", "Aliases", "AliasName"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("sqs", "list_queues", "QueueUrls", None),
    ("events", "list_rules", "Rules", "Name"),
    ("route53", "list_hosted_zones", "HostedZones", "Id"),
]


def whole(client, operation, member, **asked):
    if client.can_paginate(operation):
        pages = client.get_paginator(operation).paginate(**asked)
        return [item for page in pages for item in page.get(member) or []]
    return getattr(client, operation)(**asked).get(member) or []


def main():
    clients = {}

    def client(name):
        return clients.setdefault(name, boto3.client(name, region_name=REGION))

    found = {}
    for service, operation, member, name in LISTS:
        items = whole(client(service), operation, member)
        found[f"{service} {member}"] = [item[name] if name else item for item in items]
    reservations = whole(client("ec2"), "describe_instances", "Reservations")
    instances = [one for reservation in reservations for one in reservation["Instances"]]
    found["ec2 Instances"] = [one["InstanceId"] for one in instances if one["State"]["Name"] != "terminated"]
    gateways = client("ec2").describe_nat_gateways()["NatGateways"]
    found["ec2 NatGateways"] = [one["NatGatewayId"] for one in gateways if one["State"] not in ("deleted", "deleting")]
    endpoints = client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
    found["ec2 VpcEndpoints"] = [one["VpcEndpointId"] for one in endpoints if one["State"] != "deleted"]
    policies = whole(client("iam"), "list_policies", "Policies", Scope="Local")
    found["iam Policies"] = [one["Arn"] for one in policies]
    kms = client("kms")
    keys = [kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"] for one in whole(kms, "list_keys", "Keys")]
    # moto makes AWS's own key for volumes as one of the account.
    keys = [one for one in keys if not one["Description"].startswith("Default master key that protects my EBS volumes")]
    keys = [one for one in keys if one["KeyState"] != "PendingDeletion" and one["KeyManager"] != "AWS"]
    found["kms Keys"] = [one["KeyId"] for one in keys]
    parameters = whole(client("ssm"), "describe_parameters", "Parameters")
    found["ssm Parameters"] = [one["Name"] for one in parameters if not one["Name"].startswith("/aws/service/")]
    for zone in found["route53 HostedZones"]:
        sets = whole(client("route53"), "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone)
        found[f"records of {zone}"] = [f"{one['Name']} {one['Type']}" for one in sets]
    print(json.dumps({kind: sorted(names) for kind, names in found.items()}))


if __name__ == "__main__":
    main()
