# The parts of a boot that are about data. Called as: q NAME ARGUMENTS...
import base64, datetime, email, gzip, json, os, re, shlex, subprocess, sys
import xml.etree.ElementTree as xml

ROOT = os.environ.get('QUILLA_ROOT', '')
BOOT = ROOT + '/var/lib/quilla/boot.json'
PKI = '/etc/kubernetes/pki/'
arguments = sys.argv[2:]
known = {}


def command(function):
    known[function.__name__.replace('_', '-')] = function
    return function


def config():
    with open(BOOT) as file:
        return json.load(file)


# No moment with a wrong mode, no half file; what begins with a dot is no static pod.
def write(path, content, mode=0o644):
    folder, name = os.path.split(ROOT + path)
    os.makedirs(folder, exist_ok=True)
    new = folder + '/.' + name + '.new'
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), 'w') as file:
        os.fchmod(file.fileno(), mode)
        file.write(content if isinstance(content, str) else json.dumps(content, indent=1))
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, ROOT + path)
    directory = os.open(folder, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


def flags(values):
    return ['--%s=%s' % each for each in values.items()]


@command
def configure():
    for part in email.message_from_binary_file(sys.stdin.buffer).walk():
        if part.get_content_type() == 'application/vnd.quilla.boot+json':
            found = json.loads(part.get_payload(decode=True))
            if found['format'] != 1:
                sys.exit('quilla: this script reads format 1 of its configuration, not %s' % found['format'])
            # The user's files stand in it too.
            return write('/var/lib/quilla/boot.json', found, 0o600)
    sys.exit('quilla: the user data has no part application/vnd.quilla.boot+json')


@command
def variables():
    c = config()
    s = c.get('seat') or {'members': [], 'name': ''}
    values = dict(
        API=c['api'],
        CLUSTER=c['cluster'],
        REGION=c['region'],
        SUFFIX=c['dnsSuffix'],
        STORE=c['store'],
        PAUSE_IMAGE=c['images']['pause'],
        PODS=c['network']['pods'] or '',
        SOURCE_CHECK=json.dumps(c['network']['sourceDestCheck']),
        SEAT=s['name'],
        VOLUME=s.get('volumeId'),
        INTERFACE=s.get('interfaceId'),
        DAYS=s.get('certificateDays'),
        SNAPSHOT=s.get('snapshotMinutes'),
        ADDRESS=' '.join(m['address'] for m in s['members'] if m['name'] == s['name']),
        OTHERS=' '.join(m['address'] for m in s['members'] if m['name'] != s['name']),
        OTHER_SEATS=' '.join(m['name'] for m in s['members'] if m['name'] != s['name']),
        INITIAL=','.join('%(name)s=https://%(address)s:2380' % m for m in s['members']),
    )
    for name, value in values.items():
        print('%s=%s' % (name, shlex.quote(str(value))))


@command
def unpack():
    sys.stdout.buffer.write(gzip.decompress(base64.b64decode(json.load(sys.stdin)['gzip'])))


# As curl's configuration.
@command
def credentials():
    found = json.load(sys.stdin)
    print('user = "%(AccessKeyId)s:%(SecretAccessKey)s"\nheader = "x-amz-security-token: %(Token)s"' % found)


# Texts of an element of an EC2 answer, one a line: q ec2 volumeSet/item/status
@command
def ec2():
    path = './' + '/'.join('{*}' + name for name in arguments[0].split('/'))
    for found in xml.parse(sys.stdin).getroot().findall(path):
        print(found.text or '')


@command
def host_files():
    host = config()['host']
    for file in host['files']:
        write(file['path'], file['content'], int(file['mode'], 8))
    needed = {'net.ipv4.ip_forward': 1, 'net.bridge.bridge-nf-call-iptables': 1, 'net.bridge.bridge-nf-call-ip6tables': 1}
    sysctls = {**needed, **host['sysctls']}
    write('/etc/sysctl.d/99-quilla.conf', ''.join('%s = %s\n' % each for each in sysctls.items()))


@command
def host_packages():
    for name in config()['host']['packages']:
        print(name)


# Each once per boot: what is done is remembered where a restart forgets.
@command
def host_commands():
    for number, text in enumerate(config()['host']['commands'], 1):
        done = '%s/run/quilla/command-%s' % (ROOT, number)
        if not os.path.exists(done):
            if subprocess.run(['bash', '-c', text]).returncode:
                sys.exit('quilla: command %s of the host settings failed' % number)
            os.makedirs(os.path.dirname(done), exist_ok=True)
            open(done, 'w').close()


@command
def files():
    for file in config()['files']:
        print(file['name'], file['url'], file['sha256'])


def kubelet_configuration(c):
    return {
        'apiVersion': 'kubelet.config.k8s.io/v1beta1',
        'kind': 'KubeletConfiguration',
        'authentication': {
            'anonymous': {'enabled': False},
            'webhook': {'enabled': True},
            'x509': {'clientCAFile': PKI + 'ca.crt'},
        },
        'authorization': {'mode': 'Webhook'},
        'cgroupDriver': 'systemd',
        'clusterDNS': [c['network']['dns']],
        'clusterDomain': 'cluster.local',
        'containerRuntimeEndpoint': 'unix:///run/containerd/containerd.sock',
        'featureGates': c['featureGates'],
        'maxParallelImagePulls': 3,
        'maxPods': c['kubelet']['maxPods'],
        'resolvConf': '/run/systemd/resolve/resolv.conf',
        # One large image would keep the pod network's waiting.
        'serializeImagePulls': False,
        'shutdownGracePeriod': '60s',
        'shutdownGracePeriodCriticalPods': '20s',
    }


# A seat is for the control plane alone, where nothing else is said.
def taints(c):
    own = [{'key': 'node-role.kubernetes.io/control-plane', 'effect': 'NoSchedule'}]
    return c['kubelet']['taints'] or (own if c['role'] == 'seat' else [])


def own_kubelet_configuration(c):
    own = dict(
        kubelet_configuration(c),
        providerID='aws:///%s/%s' % (os.environ['ZONE'], os.environ['INSTANCE']),
        registerWithTaints=taints(c),
    )
    if c['role'] == 'worker':
        return dict(own, serverTLSBootstrap=True)
    serving = '/var/lib/kubelet/pki/serving'
    pods = '/etc/kubernetes/manifests'
    return dict(own, staticPodPath=pods, tlsCertFile=serving + '.crt', tlsPrivateKeyFile=serving + '.key')


def kubeconfig(server, authority, user):
    return {
        'apiVersion': 'v1',
        'kind': 'Config',
        'clusters': [{'name': 'cluster', 'cluster': {'server': server, 'certificate-authority-data': authority}}],
        'users': [{'name': 'user', 'user': user}],
        'contexts': [{'name': 'context', 'context': {'cluster': 'cluster', 'user': 'user'}}],
        'current-context': 'context',
    }


def encoded(path):
    with open(ROOT + path, 'rb') as file:
        return base64.b64encode(file.read()).decode()


# Its token comes from the role of the instance, by the region's own STS.
def worker_credentials(c):
    env = {'AWS_REGION': c['region'], 'AWS_STS_REGIONAL_ENDPOINTS': 'regional'}
    authenticator = {
        'apiVersion': 'client.authentication.k8s.io/v1beta1',
        'command': '/usr/local/bin/aws-iam-authenticator',
        'args': ['token', '-i', c['cluster']],
        'env': [{'name': name, 'value': value} for name, value in env.items()],
        'interactiveMode': 'Never',
    }
    return kubeconfig('https://%s:443' % c['api'], encoded(PKI + 'ca.crt'), {'exec': authenticator})


@command
def kubelet():
    c = config()
    if c['role'] == 'worker':
        write('/etc/kubernetes/kubelet.conf', worker_credentials(c), 0o600)
    else:
        # A kubelet that finds no folder of static pods looks for it again after 20 seconds.
        os.makedirs(ROOT + '/etc/kubernetes/manifests', 0o700, exist_ok=True)
    write('/var/lib/kubelet/config.yaml', own_kubelet_configuration(c), 0o600)
    provider = {
        'name': 'ecr-credential-provider',
        'apiVersion': 'credentialprovider.kubelet.k8s.io/v1',
        'matchImages': ['*.dkr.ecr.*.amazonaws.com', '*.dkr.ecr.*.amazonaws.com.cn', '*.dkr.ecr-fips.*.amazonaws.com'],
        'defaultCacheDuration': '12h',
    }
    kind = {'apiVersion': 'kubelet.config.k8s.io/v1', 'kind': 'CredentialProviderConfig'}
    write('/etc/kubernetes/credential-providers.yaml', dict(kind, providers=[provider]))
    values = {
        'config': '/var/lib/kubelet/config.yaml',
        'kubeconfig': '/etc/kubernetes/kubelet.conf',
        'hostname-override': os.environ['INSTANCE'],
        'node-ip': os.environ['IP'],
        'cloud-provider': 'external',
        'image-credential-provider-config': '/etc/kubernetes/credential-providers.yaml',
        'image-credential-provider-bin-dir': '/usr/local/bin',
        'node-labels': ','.join('%s=%s' % each for each in c['kubelet']['labels'].items()),
        **c['kubelet']['flags'],
    }
    text = '#!/bin/bash\nexec /usr/local/bin/kubelet ' + shlex.join(flags(values)) + '\n'
    write('/usr/local/lib/quilla/kubelet', text, 0o755)
