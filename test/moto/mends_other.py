"""Faults of moto's other services that are mended."""

import json

from mend import mend, replace


@mend("lifecycle-hook-target")
def lifecycle_hook_target():
    from moto.autoscaling.responses import AutoScalingResponse

    @replace(AutoScalingResponse, "put_lifecycle_hook")
    def put(old, self):
        done = old(self)
        group, name = self._get_param("AutoScalingGroupName"), self._get_param("LifecycleHookName")
        (hook,) = self.autoscaling_backend.describe_lifecycle_hooks(group, [name])
        hook.role_arn = self._get_param("RoleARN")
        hook.notification_target_arn = self._get_param("NotificationTargetARN")
        hook.notification_metadata = self._get_param("NotificationMetadata")
        return done


@mend("queue-url")
def queue_url():
    from moto.sqs.models import Queue

    def url(self, request_url):
        return f"https://sqs.{self.region}.amazonaws.com/{self.account_id}/{self.name}"

    Queue.url = url


@mend("bucket-policy-conditions")
def bucket_policy_conditions():
    from moto.s3.models import FakeBucket

    @replace(FakeBucket, "get_permission")
    def get_permission(old, self, action, resource):
        if self.policy is None:
            return old(self, action, resource)
        whole, document = self.policy, json.loads(self.policy)
        statements = document["Statement"]
        statements = statements if isinstance(statements, list) else [statements]
        document["Statement"] = [one for one in statements if "Condition" not in one]
        self.policy = json.dumps(document).encode()
        try:
            return old(self, action, resource)
        finally:
            self.policy = whole


# An account whose limits of virtual processors were raised once, as most that run clusters.
EC2_QUOTAS = {
    "L-0263D0A3": ("EC2-VPC Elastic IPs", 5.0, 5.0),
    "L-1216C47A": ("Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 5.0, 64.0),
    "L-34B43A08": ("All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", 5.0, 64.0),
}


@mend("ec2-quotas")
def ec2_quotas():
    from moto.servicequotas.exceptions import NoSuchResource
    from moto.servicequotas.models import ServiceQuotasBackend
    from moto.servicequotas.responses import ServiceQuotasResponse

    def quota(service, code, which):
        if service != "ec2" or code not in EC2_QUOTAS:
            return None
        name, *values = EC2_QUOTAS[code]
        return {
            "ServiceCode": "ec2",
            "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
            "QuotaCode": code,
            "QuotaName": name,
            "Value": values[which],
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
        }

    @replace(ServiceQuotasBackend, "get_service_quota")
    def applied(old, self, service_code, quota_code):
        return quota(service_code, quota_code, 1) or old(self, service_code, quota_code)

    def get_aws_default_service_quota(self):
        asked = json.loads(self.body)
        service, code = asked.get("ServiceCode"), asked.get("QuotaCode")
        if found := quota(service, code, 0):
            return json.dumps({"Quota": found})
        known = self.backend.list_aws_default_service_quotas(service)
        for one in known:
            if one["QuotaCode"] == code:
                return json.dumps({"Quota": one})
        raise NoSuchResource

    ServiceQuotasResponse.get_aws_default_service_quota = get_aws_default_service_quota


@mend("tags-of-further-types")
def tags_of_further_types():
    from moto.iam.models import iam_backends
    from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

    def asked(filters, service, kind):
        return not filters or service in filters or f"{service}:{kind}" in filters

    def taken(tags, filters):
        held = {tag["Key"]: tag["Value"] for tag in tags}
        return tags and all(
            one["Key"] in held and (not one.get("Values") or held[one["Key"]] in one["Values"]) for one in filters or []
        )

    def further(self, types):
        iam = iam_backends[self.account_id][self.partition]
        if self.region_name == "us-east-1" and asked(types, "iam", "policy"):
            yield from ((one.arn, list(one.tags.values())) for one in iam.managed_policies.values())
        if self.region_name == "us-east-1" and asked(types, "iam", "instance-profile"):
            yield from ((one.arn, one.tags) for one in iam.instance_profiles.values())
        if asked(types, "elasticloadbalancing", "listener"):
            for balancer in self.elbv2_backend.load_balancers.values():
                for listener in balancer.listeners.values():
                    yield listener.arn, self.elbv2_backend.tagging_service.list_tags_for_resource(listener.arn)["Tags"]
        if asked(types, "events", "rule"):
            for bus in self.events_backend.event_buses.values():
                for rule in bus.rules.values():
                    yield rule.arn, self.events_backend.tagger.list_tags_for_resource(rule.arn)["Tags"]

    @replace(ResourceGroupsTaggingAPIBackend, "_get_resources_generator")
    def generator(old, self, tag_filters=None, resource_type_filters=None):
        yield from old(self, tag_filters=tag_filters, resource_type_filters=resource_type_filters)
        for arn, tags in further(self, resource_type_filters):
            if taken(tags, tag_filters):
                yield {"ResourceARN": arn, "Tags": tags}
