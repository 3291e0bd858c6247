import type { CodeTable } from '../base/diagnostic.ts';

/** What can go wrong at the edges of the program. */
export const cliCodes = {
  'cli.embedded-busy': {
    severity: 'error',
    summary: 'Another command uses this embedded AWS',
    explanation:
      "Without a running `quilla emulator`, a command carries the embedded AWS in its own process and keeps its world in `.quilla/`. Two commands at a time would overwrite each other's world. Wait for the other command, or start `quilla emulator`, which serves any number of them.",
  },
  'cli.embedded-port': {
    severity: 'error',
    summary: 'A port of the embedded AWS is taken',
    explanation:
      'Each cluster of the embedded AWS has a Kubernetes API on a port of its own, which follows from its name, so that kubeconfigs stay good. Another program, or the embedded AWS of another folder with a cluster of the same name, listens there.',
  },
  'cli.embedded-world': {
    severity: 'error',
    summary: 'The saved world of the embedded AWS cannot be read',
    explanation:
      'The file in `.quilla/` (or the one that `--state` names) is not a world that this version wrote. Remove it to begin with an empty account.',
  },
  'cli.export-folder': {
    severity: 'error',
    summary: 'The folder cannot take the export',
    explanation:
      'An export writes into a folder that is new, empty, or of an earlier export for the same cluster and program in the same form, with --import or without (its quilla-export.json says so). What git and Terraform keep in it, and a README, may lie there. It touches nothing that it did not write: a path that it needs must be free or its own, and the user must be allowed to write it. With --check the same folders are refused. Nothing was written.',
  },
  'cli.bad-kubeconfig': {
    severity: 'error',
    summary: 'The kubeconfig cannot be changed',
    explanation: 'The file is no kubeconfig that kubectl would read. It was not touched.',
  },
  'cli.file-system': {
    severity: 'error',
    summary: 'A file cannot be read or written',
    explanation:
      'The operating system refused: the path is not there, is of another kind, may not be used by this user, or the disk is full. The detail has the path and what the system said.',
  },
  'cli.api-away': {
    severity: 'error',
    summary: 'The API of the cluster does not answer yet',
    explanation:
      'On the embedded AWS a kubeconfig holds the address on this machine to which the load balancer leads, and it leads nowhere while no seat serves.',
  },
  'cli.no-session': {
    severity: 'error',
    summary: 'No shell could be opened',
    explanation:
      '`quilla shell` runs `aws ssm start-session`, which needs the AWS CLI and its Session Manager plugin (https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html), and an instance whose agent is known to Systems Manager. The embedded AWS has no machines behind its instances, and so no shell.',
  },
  'cli.port-in-use': {
    severity: 'error',
    summary: 'The port is taken',
    explanation:
      "Another program listens on this port of 127.0.0.1, or this user may not. The port of an embedded cluster's API follows from the cluster's name, so two embedded AWSs on one machine cannot both serve a cluster of the same name. `quilla emulator --port 0` takes any free one; other commands in the same folder find it by its address in `.quilla/`.",
  },
  'cli.bad-faults': {
    severity: 'error',
    summary: 'This is no plan of faults',
    explanation:
      '`quilla emulator --faults FILE` reads JSON like `{"seed": 7, "rules": [{"kind": "throttle", "service": "ec2", "every": 3}]}`. The kinds are throttle, internal-error, lost-response, lost-request, stale-reads, no-capacity and denied.',
  },
  'cli.region-differs': {
    severity: 'error',
    summary: "--region is not the spec's region",
    explanation:
      'A spec and a saved plan say in which region their cluster is. --region is for verbs without a spec; where both are given they must be equal, so that nothing is made or looked for in the wrong place.',
  },
  'cli.no-profile': {
    severity: 'error',
    summary: 'There is no such profile',
    explanation:
      'Neither `~/.aws/config` nor `~/.aws/credentials` (or the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name) has a profile of this name.',
  },
  'cli.endpoint-refuses': {
    severity: 'error',
    summary: 'Nothing answers at the given address',
    explanation:
      'AWS_ENDPOINT_URL (or the address of a `quilla emulator`) sends every call to one address, and no program listens there. Without AWS_ENDPOINT_URL the calls go to AWS itself.',
  },
  'cli.usage': {
    severity: 'error',
    summary: 'The command line is not understood',
    explanation: '`quilla help` lists the commands and `quilla help COMMAND` what one takes. The exit code is 2.',
  },
  'cli.stopped': {
    severity: 'error',
    summary: 'Stopped',
    explanation:
      'Ctrl-C or a signal stopped the command after the calls in flight. Run the same command again: it looks at what is there and goes on.',
  },
  'cli.bad-option': {
    severity: 'error',
    summary: 'An option has a value that it cannot take',
    explanation: '`quilla help COMMAND` lists what each option takes. The exit code is 2.',
  },
} as const satisfies CodeTable;
