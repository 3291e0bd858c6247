package main

import (
	"cmp"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	certificates "k8s.io/api/certificates/v1"
)

const (
	nodePrefix = "system:node:"
	// What a certificate may last where MAX_EXPIRATION_SECONDS does not say: 367 days.
	defaultMaxSeconds = 367 * 24 * 3600
)

type rules struct {
	names           *regexp.Regexp
	prefixes        []netip.Prefix
	maxSeconds      int32
	maxNames        int
	anyName         bool
	resolves        bool
	ignoresStranger bool
}

// rulesOfEnvironment reads the settings that the chart hands over.
func rulesOfEnvironment() (rules, error) {
	made := rules{
		anyName:         os.Getenv("BYPASS_HOSTNAME_CHECK") == "true",
		resolves:        os.Getenv("BYPASS_DNS_RESOLUTION") != "true",
		ignoresStranger: os.Getenv("IGNORE_NON_SYSTEM_NODE") == "true",
	}
	pattern := os.Getenv("PROVIDER_REGEX")
	if pattern == "" {
		return made, fmt.Errorf("PROVIDER_REGEX is empty: it must say which names nodes may have")
	}
	var err error
	if made.names, err = regexp.Compile(pattern); err != nil {
		return made, fmt.Errorf("PROVIDER_REGEX: %w", err)
	}
	for _, each := range strings.Split(cmp.Or(os.Getenv("PROVIDER_IP_PREFIXES"), "0.0.0.0/0,::/0"), ",") {
		prefix, err := netip.ParsePrefix(each)
		if err != nil {
			return made, fmt.Errorf("PROVIDER_IP_PREFIXES: %w", err)
		}
		made.prefixes = append(made.prefixes, prefix)
	}
	seconds, err := strconv.ParseInt(cmp.Or(os.Getenv("MAX_EXPIRATION_SECONDS"), strconv.Itoa(defaultMaxSeconds)), 10, 32)
	if err != nil {
		return made, fmt.Errorf("MAX_EXPIRATION_SECONDS: %w", err)
	}
	made.maxSeconds = int32(seconds)
	made.maxNames, err = strconv.Atoi(cmp.Or(os.Getenv("ALLOWED_DNS_NAMES"), "1"))
	if err != nil {
		return made, fmt.Errorf("ALLOWED_DNS_NAMES: %w", err)
	}
	return made, nil
}

// refusal tells why a request is denied; nothing where it is not.
func (r rules) refusal(request *certificates.CertificateSigningRequest) string {
	node, isNode := strings.CutPrefix(request.Spec.Username, nodePrefix)
	if !isNode {
		return fmt.Sprintf("%s is no node", request.Spec.Username)
	}
	block, _ := pem.Decode(request.Spec.Request)
	if block == nil {
		return "the request is not in PEM"
	}
	asked, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return fmt.Sprintf("the request cannot be read: %v", err)
	}
	if asked.Subject.CommonName != request.Spec.Username {
		return fmt.Sprintf("common name %q is not the user's, %q", asked.Subject.CommonName, request.Spec.Username)
	}
	if !slices.Equal(asked.Subject.Organization, []string{"system:nodes"}) {
		return fmt.Sprintf("organization %q is not system:nodes", asked.Subject.Organization)
	}
	if seconds := request.Spec.ExpirationSeconds; seconds != nil && *seconds > r.maxSeconds {
		return fmt.Sprintf("%d seconds are more than %d", *seconds, r.maxSeconds)
	}
	if len(asked.DNSNames)+len(asked.IPAddresses) == 0 {
		return "it names neither a host nor an address"
	}
	return cmp.Or(r.refusalOfNames(asked.DNSNames, node), r.refusalOfAddresses(asked.IPAddresses))
}

func (r rules) refusalOfNames(names []string, node string) string {
	if len(names) > r.maxNames {
		return fmt.Sprintf("%d names are more than %d", len(names), r.maxNames)
	}
	for _, name := range names {
		if !r.anyName && !strings.HasPrefix(name, node) {
			return fmt.Sprintf("name %q does not begin with the node's, %q", name, node)
		}
		if !r.names.MatchString(name) {
			return fmt.Sprintf("name %q is none that nodes may have", name)
		}
		if why := r.refusalOfResolved(name); why != "" {
			return why
		}
	}
	return ""
}

func (r rules) refusalOfResolved(name string) string {
	if !r.resolves {
		return ""
	}
	addresses, err := net.LookupIP(name)
	if err != nil || len(addresses) == 0 {
		return fmt.Sprintf("name %q has no address: %v", name, err)
	}
	return r.refusalOfAddresses(addresses)
}

func (r rules) refusalOfAddresses(addresses []net.IP) string {
	for _, each := range addresses {
		address, isAddress := netip.AddrFromSlice(each)
		address = address.Unmap()
		if !isAddress || !slices.ContainsFunc(r.prefixes, func(p netip.Prefix) bool { return p.Contains(address) }) {
			return fmt.Sprintf("address %s is not one of nodes", each)
		}
	}
	return ""
}
