# What belongs to the whole cluster: one seat at a time sets it, and never an older one after a newer.
ADMIN = ROOT + '/etc/kubernetes/admin.conf'
OURS = 'app.kubernetes.io/managed-by=quilla'
SYSTEM = ('-n', 'kube-system')
WEBHOOK = 'amazon-eks-pod-identity-webhook'


def call(*words, text=None):
    done = subprocess.run(words, input=text, text=True, capture_output=True)
    if done.returncode:
        raise RuntimeError('%s: %s' % (' '.join(words[:6]), done.stderr.strip()[-500:]))
    return done.stdout


def kube(*words, text=None):
    return call('kubectl', '--kubeconfig', ADMIN, *words, text=text)


def found(*words):
    text = kube('get', *words, '--ignore-not-found', '-o', 'json')
    return json.loads(text) if text.strip() else None


# kubectl says nothing at all of none.
def listed(*words):
    return (found(*words) or {'items': []})['items']


def phase(*words):
    call('kubeadm', 'init', 'phase', *words, '--config', ROOT + QUILLA + 'kubeadm.yaml')


# A write with an old resourceVersion fails, and a second creation: of two seats one gets it. None for the other.
def take_lease(name):
    time = datetime.datetime.now(datetime.timezone.utc)
    lease = found(*SYSTEM, 'lease', 'quilla') or {
        'apiVersion': 'coordination.k8s.io/v1',
        'kind': 'Lease',
        'metadata': {'name': 'quilla', 'namespace': 'kube-system'},
        'spec': {},
    }
    spec = lease['spec']
    if spec.get('holderIdentity') not in (None, '', name):
        renewed = datetime.datetime.strptime(spec['renewTime'], '%Y-%m-%dT%H:%M:%S.%f%z')
        if (time - renewed).total_seconds() < spec['leaseDurationSeconds']:
            return None
    spec.update(holderIdentity=name, leaseDurationSeconds=900, renewTime=time.strftime('%Y-%m-%dT%H:%M:%S.%fZ'))
    verb = 'replace' if 'resourceVersion' in lease['metadata'] else 'create'
    try:
        return json.loads(kube(verb, '-o', 'json', '-f', '-', text=json.dumps(lease)))
    except RuntimeError as error:
        if re.search(r'\((AlreadyExists|Conflict)\)', str(error)):
            return None
        raise


def binding(kind, name, group, role, namespace=None):
    return {
        'apiVersion': 'rbac.authorization.k8s.io/v1',
        'kind': kind,
        'metadata': {'name': name, 'labels': dict([OURS.split('=')]), **({'namespace': namespace} if namespace else {})},
        'roleRef': {'apiGroup': 'rbac.authorization.k8s.io', 'kind': 'ClusterRole', 'name': role},
        'subjects': [{'apiGroup': 'rbac.authorization.k8s.io', 'kind': 'Group', 'name': group}],
    }


def bindings(state):
    for each in state['bindings']:
        name, group, role = 'quilla:' + each['name'], each['group'], each['clusterRole']
        if not each['namespaces']:
            yield binding('ClusterRoleBinding', name, group, role)
            continue
        wanted = '|'.join(re.escape(n[:-1]) + '.*' if n.endswith('*') else re.escape(n) for n in each['namespaces'])
        for space in listed('namespaces'):
            if re.fullmatch(wanted, space['metadata']['name']):
                yield binding('RoleBinding', name, group, role, space['metadata']['name'])


# `auth reconcile` also mends a binding to another role, which cannot be changed in place.
def set_bindings(state):
    wanted = list(bindings(state))
    kube('auth', 'reconcile', '--remove-extra-subjects', '-f', '-', text=json.dumps({'apiVersion': 'v1', 'kind': 'List', 'items': wanted}))
    place = lambda o: (o['kind'], o['metadata'].get('namespace'), o['metadata']['name'])
    kept = {place(each) for each in wanted}
    for each in listed('clusterrolebindings,rolebindings', '-A', '-l', OURS):
        kind, space, name = place(each)
        if (kind, space, name) not in kept:
            kube('delete', kind, name, *(['-n', space] if space else []))


def helm(*words, text=None):
    return call('helm', '--kubeconfig', ADMIN, *words, text=text)


# A helm that was cut off leaves its release locked.
def unlock(chart):
    place = ('-n', chart['namespace'])
    try:
        status = json.loads(helm('status', chart['name'], *place, '-o', 'json'))['info']['status']
    except (RuntimeError, ValueError):
        return
    if status == 'pending-install':
        helm('uninstall', chart['name'], *place)
    elif status.startswith('pending'):
        helm('rollback', chart['name'], *place)


# What registry.k8s.io has lies in the mirror as it is, and the rest under its host. ECR of this region is near.
# https://helm.sh/docs/topics/advanced/#post-rendering
def from_mirror(mirror):
    image = '''^([ -]*image: *["']?)'''
    ours, near = mirror.replace('.', r'\.') + '/', r'[0-9]+\.dkr\.ecr\.%s\.' % config()['region']
    script = [
        r's,%s(%s|%s),&,;t' % (image, ours, near),
        r's,%sregistry\.k8s\.io/,\1%s/,;t' % (image, mirror),
        r'''s,%s([^/ "']*[.:][^/ "']*/),\1%s/\2,;t''' % (image, mirror),
        r'''s,%s([^/ "']+/),\1%s/docker.io/\2,;t''' % (image, mirror),
        r's,%s([a-z0-9]),\1%s/docker.io/library/\2,' % (image, mirror),
    ]
    path = QUILLA + 'images-from-mirror'
    write(path, '#!/bin/sed -Ef\n' + '\n'.join(script) + '\n', 0o755)
    return ['--post-renderer', ROOT + path]


# The program that kubelets ask knows the password that ECR gives this seat's role.
def log_in(host):
    ask = {'apiVersion': 'credentialprovider.kubelet.k8s.io/v1', 'kind': 'CredentialProviderRequest', 'image': host + '/charts'}
    for each in json.loads(call('ecr-credential-provider', text=json.dumps(ask)))['auth'].values():
        helm('registry', 'login', host, '--username', each['username'], '--password-stdin', text=each['password'])


# It does not wait until pods are ready: the first charts come before the first worker.
def install(chart):
    unlock(chart)
    place = [chart['chart'], '--repo', chart['repository']]
    if chart['repository'].startswith('oci://'):
        place = [chart['repository'] + '/' + chart['chart']]
        host = chart['repository'].split('/')[2]
        if '.dkr.ecr' in host:
            log_in(host)
    if chart.get('images'):
        place += from_mirror(chart['images'])
    words = ['--version', chart['version'], '-n', chart['namespace'], '--create-namespace', '--history-max', '5', '--timeout', '5m']
    helm('upgrade', '--install', chart['name'], *place, *words, '-f', '-', text=json.dumps(chart['values']))


def digest(chart):
    return hashlib.sha256(json.dumps(chart, sort_keys=True).encode()).hexdigest()


# Whether a third of its life is left and the cluster's authority made it.
def lasts(certificate):
    days = config()['seat']['certificateDays']
    checks = (['x509', '-noout', '-checkend', str(days * 28800)], ['verify', '-CAfile', ROOT + PKI + 'ca.crt'])
    return all(subprocess.run(['openssl', *each], input=certificate, capture_output=True).returncode == 0 for each in checks)


# The API server calls the webhook by TLS: it gets a certificate that one of the seats made, and the API server the authority.
def with_certificate(chart):
    pki = chart['values'].get('pki', {})
    name, files = WEBHOOK + '-cert', ROOT + PKI + 'pod-identity-webhook'
    if pki.get('existingSecret') != name:
        return chart
    secret = found(*SYSTEM, 'secret', name)
    if not secret or not lasts(base64.b64decode(secret['data']['tls.crt'])):
        words = ('create', 'secret', 'tls', name, '--cert', files + '.crt', '--key', files + '.key')
        text = kube(*SYSTEM, *words, '--dry-run=client', '-o', 'json')
        kube('apply', '--server-side', '--force-conflicts', '-f', '-', text=text)
    with open(ROOT + PKI + 'ca.crt') as file:
        return {**chart, 'values': {**chart['values'], 'pki': {**pki, 'caBundle': file.read()}}}


# What was set already, for all seats: a config map.
class Record:
    def __init__(self):
        data = (found(*SYSTEM, 'configmap', 'quilla') or {}).get('data', {})
        self.values = {name: json.loads(text) for name, text in data.items()}

    def set(self, **values):
        self.values.update(values)
        metadata = {'name': 'quilla', 'namespace': 'kube-system'}
        data = {name: json.dumps(value) for name, value in self.values.items()}
        kube('apply', '-f', '-', text=json.dumps({'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': metadata, 'data': data}))


# A proxy must not be newer than any API server that it may meet.
def seats_have(version):
    nodes = listed('nodes', '-l', 'node-role.kubernetes.io/control-plane')
    return all(number(n['status']['nodeInfo']['kubeletVersion']) >= number(version) for n in nodes)


def tasks(state, record, boot):
    ours = config()['kubernetes']
    before = record.values.get('kubernetes')
    current = before is None or number(before) <= number(ours)
    if not current:
        print('quilla: a seat of version %s has set the cluster: %s leaves it' % (before, ours))
    if current and (boot or before != ours):
        yield 'configuration', lambda: (phase('upload-config', 'all'), kubelet_access(), record.set(kubernetes=ours))
    proxy = record.values.get('kubeProxy')
    if state['kubeProxy'] and current and proxy != ours and (proxy is None or seats_have(ours)):
        yield 'kube-proxy', lambda: (phase('addon', 'kube-proxy'), record.set(kubeProxy=ours))
    yield 'bindings', lambda: set_bindings(state)
    done = record.values.setdefault('charts', {})
    for chart in [c for c in state['charts'] if c['needed'] == 'nodes']:
        yield chart['name'], lambda: chart_task(chart, done, record)
    # It hangs on its first call where services do not work yet, so it comes after the pod network.
    if state['coredns'] and current and record.values.get('coredns') != ours:
        yield 'coredns', lambda: (phase('addon', 'coredns'), record.set(coredns=ours))
    for chart in [c for c in state['charts'] if c['needed'] != 'nodes']:
        yield chart['name'], lambda: chart_task(chart, done, record)
    names = {c['name'] for c in state['charts']}
    for name in [n for n in done if n not in names]:
        yield name, lambda: (helm('uninstall', name, '-n', done[name][0], '--ignore-not-found'), done.pop(name), record.set(charts=done))


def chart_task(chart, done, record):
    if chart['name'] == WEBHOOK:
        chart = with_certificate(chart)
    if done.get(chart['name'], [None])[-1] != digest(chart):
        # Its pods get their role from the webhook, and those that are made before that answers never do.
        if chart['name'] == 'aws-node-termination-handler' and WEBHOOK in done:
            kube(*SYSTEM, 'rollout', 'status', 'deployment/' + WEBHOOK, '--timeout', '3m')
        print('quilla: chart %(name)s %(version)s' % chart)
        install(chart)
        record.set(charts={**done, chart['name']: [chart['namespace'], digest(chart)]})
        done[chart['name']] = record.values['charts'][chart['name']]


# The API server's client of kubelets has no rights by its group any more since 1.36.
def kubelet_access():
    name, role = 'kubeadm:apiserver-kubelet-client', 'system:kubelet-api-admin'
    words = ('create', 'clusterrolebinding', name, '--clusterrole', role, '--user', 'kube-apiserver-kubelet-client')
    kube('apply', '-f', '-', text=kube(*words, '--dry-run=client', '-o', 'json'))


# One that fails keeps none of the others from being done.
def do_all():
    failed = []
    for what, task in tasks(read('/var/lib/quilla/state.json'), Record(), arguments == ['boot']):
        try:
            task()
        except Exception as error:
            failed.append(what)
            print('quilla: %s: %s' % (what, error))
    return failed


@command
def cluster():
    name = config()['seat']['name']
    try:
        lease = take_lease(name)
    except RuntimeError as error:
        sys.exit('quilla: no lease: %s' % error)
    if lease is None:
        return print('quilla: another seat sets the cluster now')
    try:
        failed = do_all()
    finally:
        lease['spec']['holderIdentity'] = ''
        kube('replace', '-f', '-', text=json.dumps(lease))
    if failed:
        sys.exit('quilla: not set: ' + ', '.join(failed))
