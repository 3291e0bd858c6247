import hashlib, ipaddress, secrets

QUILLA = '/etc/kubernetes/quilla/'
MARKER = '/var/lib/etcd/quilla.json'


def read(path):
    with open(ROOT + path) as file:
        return json.load(file)


def input_json():
    return json.load(sys.stdin)


def number(version):
    return [int(part) for part in version.lstrip('v').split('-')[0].split('.')]


@command
def first_address():
    print(ipaddress.ip_network(arguments[0])[1])


@command
def get():
    print(input_json().get(arguments[0], ''))


# The marker says whose volume this is. A copy of a volume is refused too: its data may be older than what was promised.
@command
def claim_marker():
    c = config()
    ours = {'cluster': c['cluster'], 'seat': c['seat']['name'], 'volume': c['seat']['volumeId']}
    if os.path.exists(ROOT + MARKER):
        found = read(MARKER)
        for name, value in ours.items():
            if found[name] != value:
                sys.exit('quilla: this volume belongs to %s %s, not to %s' % (name, found[name], value))
    # A power cut while it was written leaves a marker that has no name yet.
    elif set(os.listdir(ROOT + '/var/lib/etcd')) - {'lost+found', '.quilla.json.new'}:
        sys.exit('quilla: this volume holds something and no marker of ours: it is not touched')
    else:
        write(MARKER, dict(ours, nonce=secrets.token_hex(16)), 0o600)


@command
def marker():
    value = read(MARKER).get(arguments[0], '')
    print(value if isinstance(value, str) else json.dumps(value))


def mark_with(**values):
    write(MARKER, {**read(MARKER), **values}, 0o600)


@command
def mark():
    mark_with(**{arguments[0]: arguments[1]})


def member_names(c):
    return sorted(m['name'] for m in c['seat']['members'])


@command
def first_mark():
    print(json.dumps({**read(MARKER), 'members': member_names(config())}))


@command
def same_members():
    sys.exit(input_json().get('members') != member_names(config()))


def own_address(c):
    return next(m['address'] for m in c['seat']['members'] if m['name'] == c['seat']['name'])


def members_here():
    peer = 'https://%s:2380' % own_address(config())
    return [m for m in input_json()['members'] if peer in m['peerURLs']]


# Of the founding and not started yet: only a member that has started tells clients its address.
@command
def awaited():
    sys.exit(not any(not m.get('clientURLs') and not m.get('isLearner') for m in members_here()))


@command
def members_at():
    for member in members_here():
        print(member['ID'])


@command
def learner_here():
    for member in members_here():
        if member.get('isLearner'):
            print(member['ID'])


# A member that has not started yet has no name: it is this one.
@command
def initial():
    name = config()['seat']['name']
    print(','.join('%s=%s' % (m.get('name') or name, url) for m in input_json()['members'] for url in m['peerURLs']))


@command
def leads():
    status = input_json()
    sys.exit(status['leader'] != status['header']['member_id'])


@command
def snapshot():
    print(json.dumps({**input_json(), 'member': config()['seat']['name'], 'kubernetes': config()['kubernetes']}))


# q etcd new|existing|kept INITIAL: a member that has data starts as it did the first time, so that nothing restarts it.
@command
def etcd():
    c = config()
    state, members = arguments
    if state == 'kept':
        state, members = read(MARKER).get('start', ['existing', members])
    mark_with(start=[state, members])
    address = own_address(c)
    pki, peer = PKI + 'etcd/', 'https://%s:2380' % address
    client = 'https://%s:2379' % address
    values = {
        'name': c['seat']['name'],
        'data-dir': '/var/lib/etcd/data',
        'listen-client-urls': 'https://127.0.0.1:2379,' + client,
        'advertise-client-urls': client,
        'listen-peer-urls': peer,
        'initial-advertise-peer-urls': peer,
        'initial-cluster': members,
        'initial-cluster-state': state,
        'initial-cluster-token': c['cluster'],
        'listen-metrics-urls': 'http://127.0.0.1:2381',
        'client-cert-auth': 'true',
        'peer-client-cert-auth': 'true',
        'cert-file': pki + 'server.crt',
        'key-file': pki + 'server.key',
        'trusted-ca-file': pki + 'ca.crt',
        'peer-cert-file': pki + 'peer.crt',
        'peer-key-file': pki + 'peer.key',
        'peer-trusted-ca-file': pki + 'ca.crt',
        'feature-gates': 'InitialCorruptCheck=true',
        'watch-progress-notify-interval': '5s',
        **c['seat']['flags']['etcd'],
    }
    # Alive also where it has no quorum: to start it again would not help.
    probe = {'httpGet': {'host': '127.0.0.1', 'path': '/livez', 'port': 2381, 'scheme': 'HTTP'}, 'timeoutSeconds': 15}
    folders = ['/var/lib/etcd', '/var/lib/quilla/backup', pki]
    container = {
        'name': 'etcd',
        'image': c['images']['etcd'],
        'command': ['etcd'] + flags(values),
        'livenessProbe': {**probe, 'failureThreshold': 8},
        'startupProbe': {**probe, 'failureThreshold': 24},
        'resources': {'requests': {'cpu': '100m', 'memory': '100Mi'}},
        'volumeMounts': [{'name': 'v%s' % n, 'mountPath': folder} for n, folder in enumerate(folders)],
    }
    pod = {
        'hostNetwork': True,
        'priorityClassName': 'system-node-critical',
        'securityContext': {'seccompProfile': {'type': 'RuntimeDefault'}},
        'containers': [container],
        'volumes': [
            {'name': 'v%s' % n, 'hostPath': {'path': folder, 'type': 'DirectoryOrCreate'}}
            for n, folder in enumerate(folders)
        ],
    }
    metadata = {'name': 'etcd', 'namespace': 'kube-system', 'labels': {'component': 'etcd', 'tier': 'control-plane'}}
    write('/etc/kubernetes/manifests/etcd.yaml', {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': metadata, 'spec': pod}, 0o600)


def api_server_flags(c):
    seat = c['seat']
    values = {
        'authentication-config': QUILLA + 'authentication.yaml',
        'authentication-token-webhook-config-file': QUILLA + 'webhook.yaml',
        'authentication-token-webhook-version': 'v1beta1',
        'enable-bootstrap-token-auth': 'false',
        'kubelet-certificate-authority': PKI + 'ca.crt',
        'profiling': 'false',
        'service-account-extend-token-expiration': 'false',
        'service-account-issuer': seat['issuer'],
        'service-account-jwks-uri': seat['issuer'] + '/openid/v1/jwks',
    }
    if seat['secretsEncryption']:
        values['encryption-provider-config'] = QUILLA + 'encryption.yaml'
    if seat['auditPolicy'] is not None:
        log = {'path': '/var/log/kubernetes/audit.log', 'maxage': 30, 'maxbackup': 10, 'maxsize': 100}
        values['audit-policy-file'] = QUILLA + 'audit.yaml'
        values.update({'audit-log-' + name: value for name, value in log.items()})
    return values


# kubeadm's list of flags; the user's win.
def arguments_of(c, ours, theirs):
    gates = ','.join('%s=%s' % (name, str(on).lower()) for name, on in c['featureGates'].items())
    values = {**({'feature-gates': gates} if gates else {}), **ours, **theirs}
    return [{'name': name, 'value': str(value)} for name, value in values.items()]


def cluster_configuration(c):
    seat, network, theirs = c['seat'], c['network'], c['seat']['flags']
    volume = lambda name, path, more: {'name': name, 'hostPath': path, 'mountPath': path, 'pathType': 'DirectoryOrCreate', **more}
    return {
        'apiVersion': 'kubeadm.k8s.io/v1beta4',
        'kind': 'ClusterConfiguration',
        'clusterName': c['cluster'],
        'kubernetesVersion': 'v' + c['kubernetes'],
        'controlPlaneEndpoint': c['api'] + ':443',
        'certificatesDir': PKI[:-1],
        'certificateValidityPeriod': '%sh0m0s' % (seat['certificateDays'] * 24),
        'encryptionAlgorithm': 'ECDSA-P256',
        'imageRepository': c['images']['repository'],
        # kubeadm would look for it one folder higher in a mirror than it lies at registry.k8s.io.
        'dns': {'imageRepository': c['images']['repository'] + '/coredns', 'imageTag': c['images']['coredns']},
        'networking': {
            'serviceSubnet': network['services'],
            'dnsDomain': 'cluster.local',
            **({'podSubnet': network['pods']} if network['pods'] else {}),
        },
        'etcd': {
            'external': {
                'endpoints': ['https://%s:2379' % m['address'] for m in seat['members']],
                'caFile': PKI + 'etcd/ca.crt',
                'certFile': PKI + 'apiserver-etcd-client.crt',
                'keyFile': PKI + 'apiserver-etcd-client.key',
            }
        },
        'apiServer': {
            'certSANs': [c['api']] + [name for name in seat['certificateNames'] if name != c['api']],
            'extraArgs': arguments_of(c, api_server_flags(c), theirs['apiServer']),
            'extraVolumes': [volume('quilla', QUILLA[:-1], {'readOnly': True}), volume('log', '/var/log/kubernetes', {})],
        },
        'controllerManager': {
            'extraArgs': arguments_of(c, {'cloud-provider': 'external', 'profiling': 'false'}, theirs['controllerManager'])
        },
        'scheduler': {'extraArgs': arguments_of(c, {'profiling': 'false'}, theirs['scheduler'])},
    }


@command
def kubeadm():
    c = config()
    first = {
        'apiVersion': 'kubeadm.k8s.io/v1beta4',
        'kind': 'InitConfiguration',
        'localAPIEndpoint': {'advertiseAddress': own_address(c), 'bindPort': 6443},
        'nodeRegistration': {
            'name': os.environ['INSTANCE'],
            'criSocket': 'unix:///run/containerd/containerd.sock',
            'taints': taints(c),
        },
    }
    proxy = {'apiVersion': 'kubeproxy.config.k8s.io/v1alpha1', 'kind': 'KubeProxyConfiguration', 'featureGates': c['featureGates']}
    documents = [first, cluster_configuration(c), kubelet_configuration(c), proxy]
    write(QUILLA + 'kubeadm.yaml', '---\n'.join(json.dumps(each, indent=1) + '\n' for each in documents), 0o600)


# What the API server reads beside its flags.
@command
def api_server():
    seat = config()['seat']
    kind = lambda group, name: {'apiVersion': group, 'kind': name}
    open_paths = [{'path': '/' + name} for name in ('livez', 'readyz', 'healthz')]
    anonymous = {'enabled': True, 'conditions': open_paths}
    authentication = kind('apiserver.config.k8s.io/v1beta1', 'AuthenticationConfiguration')
    write(QUILLA + 'authentication.yaml', {**authentication, 'anonymous': anonymous}, 0o600)
    if seat['secretsEncryption']:
        with open(ROOT + QUILLA + 'secrets.key') as file:
            key = {'name': 'key1', 'secret': file.read().strip()}
        providers = [{'secretbox': {'keys': [key]}}, {'identity': {}}]
        encryption = kind('apiserver.config.k8s.io/v1', 'EncryptionConfiguration')
        write(QUILLA + 'encryption.yaml', {**encryption, 'resources': [{'resources': ['secrets'], 'providers': providers}]}, 0o600)
    if seat['auditPolicy'] is not None:
        write(QUILLA + 'audit.yaml', {**kind('audit.k8s.io/v1', 'Policy'), **seat['auditPolicy']}, 0o600)


@command
def webhook():
    authority = encoded('/etc/kubernetes/authenticator/cert.pem')
    write(QUILLA + 'webhook.yaml', kubeconfig('https://127.0.0.1:21362/authenticate', authority, {}), 0o600)


# STS tells a role without its path.
def mapping(arn, username, groups):
    kind = 'role' if ':role/' in arn else 'user'
    return kind, {kind + 'ARN': re.sub(r':role/.*/', ':role/', arn), 'username': username, 'groups': groups}


@command
def mappings():
    c, state = config(), read('/var/lib/quilla/state.json')
    found = [mapping(arn, 'system:node:{{SessionName}}', ['system:nodes']) for arn in state['nodeRoles']]
    found += [mapping(m['arn'], m['username'], m['groups']) for m in state['mappings']]
    region = c['region']
    server = {
        'partition': 'aws-cn' if region.startswith('cn-') else 'aws-us-gov' if region.startswith('us-gov-') else 'aws',
        'stateDir': '/etc/kubernetes/authenticator',
        'kubeconfigPregenerated': True,
        'backendMode': ['MountedFile'],
        'mapRoles': [each for kind, each in found if kind == 'role'],
        'mapUsers': [each for kind, each in found if kind == 'user'],
    }
    write('/etc/kubernetes/authenticator/config.json', {'clusterID': c['cluster'], 'server': server}, 0o600)
