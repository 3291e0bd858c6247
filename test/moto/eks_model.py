"""Faults of what moto has of EKS, and of the public parameters that name its images."""

import re
from zlib import crc32

from eks_addons import updated
from mend import mend, replace


@mend("eks-image-parameters")
def eks_image_parameters():
    from moto.ssm.models import Parameter, ParameterDict

    wanted = re.compile(
        r"/aws/service/eks/optimized-ami/[\d.]+/amazon-linux-2023/(x86_64|arm64)/standard/recommended/image_id"
    )

    @replace(ParameterDict, "_check_loading_status")
    def check(old, self, key):
        old(self, key)
        found = wanted.fullmatch(str(key or ""))
        if found is None or dict.__contains__(self, key):
            return
        # An image that moto has, of the same system and architecture.
        plain = f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{found[1]}"
        (*_, image) = self[plain]
        made = Parameter(
            account_id=self.account_id,
            name=key,
            value=image.value,
            parameter_type="String",
            description=None,
            allowed_pattern=None,
            keyid=None,
            last_modified_date=image.last_modified_date,
            version=1,
            data_type="text",
        )
        dict.__setitem__(self, key, [made])


@mend("eks-cluster-settings")
def eks_cluster_settings():
    from moto.core.responses import ActionResult
    from moto.ec2.models import ec2_backends
    from moto.eks.exceptions import InvalidRequestException
    from moto.eks.models import EKSBackend
    from moto.eks.responses import EKSResponse

    @replace(EKSResponse, "create_cluster")
    def create(old, self):
        done = old(self)
        cluster = done.result["cluster"]
        for member in ("accessConfig", "upgradePolicy", "deletionProtection", "zonalShiftConfig"):
            value = self._get_param(member)
            if value is not None:
                setattr(cluster, re.sub("([A-Z])", r"_\1", member).lower(), value)
        complete(self, cluster)
        return done

    @replace(EKSResponse, "update_cluster_config")
    def update(old, self):
        old(self)
        cluster = self.eks_backend.clusters[self._get_param("name")]
        protection = self._get_param("deletionProtection")
        if protection is not None:
            cluster.deletion_protection = protection
        kind = "EndpointAccessUpdate" if protection is None else "DeletionProtectionUpdate"
        return ActionResult({"update": updated(self, cluster, kind)})

    @replace(EKSBackend, "delete_cluster")
    def guarded(old, self, name):
        if getattr(self.clusters.get(name), "deletion_protection", False):
            raise InvalidRequestException(
                clusterName=name,
                nodegroupName=None,
                addonName=None,
                message=f"Cannot delete cluster {name} because deletionProtection is enabled",
            )
        return old(self, name)

    def complete(self, cluster):
        """EKS tells the VPC of the subnets and makes a group for what it places in it."""
        ec2 = ec2_backends[self.current_account][self.region]
        config = cluster.resources_vpc_config
        vpc = ec2.get_subnet(config["subnetIds"][0]).vpc_id
        name = f"eks-cluster-sg-{cluster.name}-{crc32(cluster.arn.encode())}"
        group = ec2.create_security_group(
            name,
            "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as "
            "any managed workloads.",
            vpc_id=vpc,
            tags={
                "Name": name,
                f"kubernetes.io/cluster/{cluster.name}": "owned",
                "aws:eks:cluster-name": cluster.name,
            },
        )
        config["vpcId"], config["clusterSecurityGroupId"] = vpc, group.id

    @replace(EKSBackend, "delete_cluster")
    def delete(old, self, name):
        gone = old(self, name)
        group = gone.resources_vpc_config.get("clusterSecurityGroupId")
        if group:
            ec2_backends[self.account_id][self.region_name].delete_security_group(group_id=group)
        return gone
