import type { CodeTable } from '../base/diagnostic.ts';

/** The text of the file and the shape of its fields. */
export const shapeCodes = {
  'spec.yaml-syntax': {
    severity: 'error',
    summary: 'The file is not valid YAML',
    explanation:
      'The parser could not read the file as YAML 1.2. The usual causes are indentation by tabs, a missing space after a colon, and text with a colon or a # in it that is not in quotes. Everything after the first such error may be reported wrongly, so mend the first one first.',
  },
  'spec.duplicate-key': {
    severity: 'error',
    summary: 'A field is given twice',
    explanation:
      'The same mapping has the same field twice. Other parsers silently take the last one, so the first has no effect though it is there to read. Keep one of them.',
  },
  'spec.several-documents': {
    severity: 'error',
    summary: 'The file holds more than one document',
    explanation:
      'A spec is one YAML document, one cluster. A second one, after a line of three dashes, would be ignored by half of the verbs. Put each cluster in a file of its own.',
  },
  'spec.empty': {
    severity: 'error',
    summary: 'The file holds no spec',
    explanation:
      'The file is empty or has comments only. `quilla new NAME --control-plane eks` writes a short one to begin with.',
  },
  'spec.too-large': {
    severity: 'error',
    summary: 'The file is too large for a spec',
    explanation:
      'A spec may have at most 1 MiB, as an object in Kubernetes may. Specs are a few kilobytes; what is larger is most often another file, or user data that belongs into an image.',
  },
  'spec.too-deep': {
    severity: 'error',
    summary: 'The file is nested too deeply',
    explanation:
      'The file nests lists or mappings deeper than any spec does, or an anchor contains itself. It is refused unread.',
  },
  'spec.anchors': {
    severity: 'error',
    summary: 'An alias cannot be followed',
    explanation:
      'YAML anchors (`&name`) and aliases (`*name`) may be used, but an alias must name an anchor that stands before it, and together they may not grow the document a hundredfold.',
  },
  'spec.wrong-kind': {
    severity: 'error',
    summary: 'This is not a Quilla cluster',
    explanation:
      'A spec begins with `apiVersion: quilla.dev/v1alpha1` and `kind: Cluster`. A file of kops, eksctl or Kubernetes is not one, though it may look like it.',
  },
  'spec.unknown-field': {
    severity: 'error',
    summary: 'There is no such field',
    explanation:
      'The spec has a field that Quilla does not know. It is refused and never dropped, since a misspelt field would silently mean its default. Names are case sensitive. `quilla schema` prints a JSON Schema with which editors complete and check them.',
  },
  'spec.wrong-type': {
    severity: 'error',
    summary: 'A value is of the wrong type',
    explanation:
      'The field wants another type of value: text, a whole number, true or false, a list or a mapping. YAML reads 1.30 as the number 1.3 and a field with nothing after it as null: put text that looks like a number in quotes, and leave out a field that has no value.',
  },
  'spec.missing-field': {
    severity: 'error',
    summary: 'A field is missing',
    explanation:
      'A field that has no safe default was left out. Everything else may be omitted; `quilla plan --show-defaults` shows what is filled in.',
  },
  'spec.bad-value': {
    severity: 'error',
    summary: 'A value is not one of those allowed',
    explanation: 'The field takes one of a few words, which the message lists.',
  },
  'spec.out-of-range': {
    severity: 'error',
    summary: 'A number or a length is out of range',
    explanation:
      'The value is smaller, larger, shorter or longer than Quilla or AWS allows here. The message says the bounds.',
  },
  'spec.bad-name': {
    severity: 'error',
    summary: 'A name cannot be used',
    explanation:
      'Names end up in AWS names, in tags and as Kubernetes names, which allow least: small letters, digits and dashes, a letter first, no dash last, at most 63 characters.',
  },
  'spec.bad-arn': {
    severity: 'error',
    summary: 'An ARN is not what is needed here',
    explanation:
      'An ARN names one resource: `arn:partition:service:region:account:resource`. The message says of which kind it must be. For people who assume a role, give the ARN of the role (`arn:aws:iam::123456789012:role/NAME`), not that of a session.',
  },
  'spec.bad-id': {
    severity: 'error',
    summary: 'An id is not well formed',
    explanation:
      'AWS ids are a prefix (`vpc-`, `subnet-`, `sg-`, `ami-`) and 8 or 17 hexadecimal digits. Names are not accepted where an id is needed.',
  },
  'spec.bad-label': {
    severity: 'error',
    summary: 'A label or taint is not valid in Kubernetes',
    explanation:
      'A key is a name of at most 63 letters, digits, dashes, dots and underscores, optionally after a DNS name and a slash; a value is of the same letters or empty. The kubelet may not set labels of kubernetes.io and k8s.io itself, but for a few, and a node that tries does not join. https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction',
  },
  'spec.bad-tag': {
    severity: 'error',
    summary: 'A tag cannot be used',
    explanation:
      'AWS allows keys of up to 128 and values of up to 256 characters and keeps `aws:` for itself. `quilla.dev/` and the `kubernetes.io/cluster/` tags are how Quilla and Kubernetes find what is theirs, so a spec may not set them. A resource takes 50 tags, of which ours need a few.',
  },
  'spec.control-plane-choice': {
    severity: 'error',
    summary: 'A cluster has one control plane',
    explanation:
      '`controlPlane` is `eks`, a control plane that AWS runs, or `self-managed`, one of your own on EC2. As a mapping it holds the settings of one of them: `eks:` or `selfManaged:`.',
  },
} as const satisfies CodeTable;
