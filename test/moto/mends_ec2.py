"""Faults of moto's EC2 that are mended."""

from mend import mend, replace


@mend("launch-template-version-user-data")
def launch_template_version_user_data():
    from moto.core.types import Base64EncodedString
    from moto.ec2.models.launch_templates import LaunchTemplate

    @replace(LaunchTemplate, "create_version")
    def create_version(old, self, data, description):
        text = data.get("UserData")
        if isinstance(text, str):
            data = {**data, "UserData": Base64EncodedString.from_encoded_bytes(text.encode())}
        return old(self, data, description)


@mend("dhcp-options-tags")
def dhcp_options_tags():
    from moto.ec2.models.dhcp_options import DHCPOptionsSetBackend
    from moto.ec2.responses.dhcp_options import DHCPOptions

    @replace(DHCPOptions, "create_dhcp_options")
    def create(old, self):
        made = old(self)
        made.result["DhcpOptions"].add_tags(self._parse_tag_specification("dhcp-options"))
        return made


@mend("subnet-host-names")
def subnet_host_names():
    from moto.ec2.responses.subnets import Subnets

    @replace(Subnets, "modify_subnet_attribute")
    def modify(old, self):
        subnet = self.ec2_backend.get_subnet(self._get_param("SubnetId"))
        options = subnet.private_dns_name_options_on_launch
        if kind := self._get_param("PrivateDnsHostnameTypeOnLaunch"):
            options["HostnameType"] = kind
        return old(self)


@mend("tag-resource-types")
def tag_resource_types():
    from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE

    EC2_PREFIX_TO_RESOURCE.update(
        nat="natgateway", eipalloc="elastic-ip", sir="spot-instances-request", h="dedicated-host"
    )


@mend("filter-any-tag-key")
def filter_any_tag_key():
    from moto.ec2 import utils

    @replace(utils, "is_filter_matching")
    def matches(old, obj, name, values):
        if name not in ("tag-key", "tag-value") or not isinstance(values, list):
            return old(obj, name, values)
        return any(old(obj, name, [value]) for value in values)


@mend("security-group-rule-descriptions")
def security_group_rule_descriptions():
    from moto.ec2.models.security_groups import SecurityGroupRule

    def description(self):
        for source in (self.ip_range, self.source_group, self.prefix_list_id):
            if isinstance(source, dict) and source.get("Description"):
                return source["Description"]
        return None

    def referenced_group_info(self):
        return {key: value for key, value in (self.source_group or {}).items() if key != "Description"} or None

    SecurityGroupRule.description = property(description)
    SecurityGroupRule.referenced_group_info = property(referenced_group_info)


@mend("gateway-endpoint-private-dns")
def gateway_endpoint_private_dns():
    from moto.ec2.models.vpcs import VPCBackend

    @replace(VPCBackend, "create_vpc_endpoint")
    def create(old, self, *args, **kwargs):
        made = old(self, *args, **kwargs)
        if made.vpc_endpoint_type in (None, "Gateway"):
            made.private_dns_enabled = False
        return made


@mend("instance-interface-ends")
def instance_interface_ends():
    from moto.ec2.models.instances import Instance

    @replace(Instance, "terminate")
    def terminate(old, self):
        # What a launch made goes with the instance, unless the launch said otherwise; moto takes silence for a no.
        for nic in self.nics.values():
            if nic.device_index == 0 and nic.description == "Primary network interface":
                nic.delete_on_termination = True
        return old(self)


@mend("nat-gateway-interface")
def nat_gateway_interface():
    from moto.ec2.models.nat_gateways import NatGatewayBackend

    @replace(NatGatewayBackend, "create_nat_gateway")
    def create(old, self, *args, **kwargs):
        made = old(self, *args, **kwargs)
        made._eni.interface_type = "nat_gateway"
        made._eni.requester_managed = True
        made._eni.status = "in-use"
        made._eni.description = f"Interface for NAT Gateway {made.id}"
        return made

    @replace(NatGatewayBackend, "delete_nat_gateway")
    def delete(old, self, nat_gateway_id):
        gone = old(self, nat_gateway_id)
        for address in self.addresses:
            if address.eni is gone._eni:
                self.disassociate_address(association_id=address.association_id)
        self.enis.pop(gone._eni.id, None)
        return gone


@mend("subnet-association-ends")
def subnet_association_ends():
    from moto.ec2.models.subnets import SubnetBackend

    @replace(SubnetBackend, "delete_subnet")
    def delete(old, self, subnet_id):
        gone = old(self, subnet_id)
        for table in self.route_tables.values():
            for association, subnet in list(table._associations.items()):
                if subnet == subnet_id:
                    del table._associations[association]
        return gone


@mend("dhcp-options-outlive-vpc")
def dhcp_options_outlive_vpc():
    from moto.ec2.models.vpcs import VPCBackend

    @replace(VPCBackend, "delete_vpc")
    def delete(old, self, vpc_id):
        vpc = self.get_vpc(vpc_id)
        if vpc and vpc.dhcp_options:
            self.disassociate_dhcp_options(vpc)
        return old(self, vpc_id)
