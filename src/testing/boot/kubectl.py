# A stand-in of kubectl for what the boot script asks of it: objects are kept as JSON in a file.
import json
import os
import sys

FILE = os.environ['QUILLA_ROOT'] + '/objects.json'
words = [w for w in sys.argv[3:]]
names = {'lease': 'Lease', 'configmap': 'ConfigMap', 'nodes': 'Node', 'namespaces': 'Namespace', 'secret': 'Secret'}


def load():
    return json.load(open(FILE)) if os.path.exists(FILE) else []


def save(objects):
    json.dump(objects, open(FILE, 'w'))


def place(o):
    return [o['kind'], o['metadata'].get('namespace'), o['metadata']['name']]


def put(new, must):
    objects = load()
    old = [o for o in objects if place(o) == place(new)]
    if must == 'create' and old:
        sys.exit('Error from server (AlreadyExists)')
    if must == 'replace' and old[0]['metadata']['resourceVersion'] != new['metadata'].get('resourceVersion'):
        sys.exit('Error from server (Conflict)')
    version = int(old[0]['metadata']['resourceVersion']) + 1 if old else 1
    new['metadata']['resourceVersion'] = str(version)
    save([o for o in objects if place(o) != place(new)] + [new])
    print(json.dumps(new))


verb = words[0]
if verb == 'get':
    words = [w for w in words[1:] if w not in ('-n', 'kube-system', '--ignore-not-found', '-o', 'json', '-A')]
    kinds = {'clusterrolebindings,rolebindings': ['ClusterRoleBinding', 'RoleBinding']}.get(words[0], [names.get(words[0])])
    found = [o for o in load() if o['kind'] in kinds]
    if words[0] in ('lease', 'configmap', 'secret'):
        for o in found:
            if o['metadata']['name'] == words[1]:
                print(json.dumps(o))
    elif found:
        print(json.dumps({'items': found}))
elif verb == 'delete':
    save([o for o in load() if place(o)[0] != words[1] or place(o)[2] != words[2]])
elif verb == 'create' and 'clusterrolebinding' in words:
    print(json.dumps({'kind': 'ClusterRoleBinding', 'metadata': {'name': words[2]}}))
elif words[2:4] == ['create', 'secret']:
    import base64

    text = lambda option: base64.b64encode(open(words[words.index(option) + 1], 'rb').read()).decode()
    metadata = {'name': words[5], 'namespace': words[1]}
    print(json.dumps({'kind': 'Secret', 'metadata': metadata, 'data': {'tls.crt': text('--cert'), 'tls.key': text('--key')}}))
elif 'rollout' in words:
    sys.exit(0 if os.path.exists(os.environ['QUILLA_ROOT'] + '/rolled-out') else 'error: timed out waiting for the condition')
elif verb == 'auth':
    for item in json.load(sys.stdin)['items']:
        put(item, 'apply')
else:
    put(json.load(sys.stdin), verb)
