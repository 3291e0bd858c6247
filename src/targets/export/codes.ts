import { type CodeTable, reporter } from '../../base/diagnostic.ts';

/** What can be said of a world that is written for another program. */
export const exportCodes = {
  'export.cannot-hold': {
    severity: 'warning',
    summary: 'Not in what is written',
    explanation:
      'The program that will make the rest cannot hold this: it has no such resource, or it would keep something secret in its state. The detail says why. What lies in the store is made by `quilla store fill`; the rest follows when the cluster is taken over with `quilla adopt` and applied. Where a cluster that stands is imported, it is there already and stays as it is; nobody changes it when the spec changes, but documents of the store, which `quilla store fill --update` writes.',
  },
  'export.differs': {
    severity: 'warning',
    summary: 'Written otherwise than Quilla makes it',
    explanation:
      'The resource is in what is written, but the program cannot say one of its fields. Where it is made anew, the next plan after `quilla adopt` sets the field. Where a cluster that stands is imported, the field keeps the value that it has.',
  },
  'export.not-there': {
    severity: 'error',
    summary: 'Nothing of the cluster can be imported',
    explanation:
      'Import blocks name objects that exist. Nothing carries the tags of this cluster in this account and region. Without `--import` Terraform makes the cluster.',
  },
  'export.half-there': {
    severity: 'error',
    summary: 'Only a part of the cluster can be imported',
    explanation:
      'Import blocks are for a cluster that stands whole. What is missing would be made by Terraform beside what is imported, while Quilla still owns the rest. Run `quilla apply` to its end first.',
  },
  'export.unlike': {
    severity: 'warning',
    summary: 'The cluster is not as the spec says',
    explanation:
      'Import blocks take over what stands, and the configuration says what the spec says. Where both differ, the plan of Terraform shows changes beside the imports.',
  },
  'export.stands': {
    severity: 'warning',
    summary: 'The cluster stands already',
    explanation:
      'What is written would make it anew, and fail at the first name that is taken. Nothing is changed by an export. `quilla export terraform --import` writes what takes over a cluster that stands.',
  },
  'export.dynamic-reference': {
    severity: 'error',
    summary: 'CloudFormation would replace a text of the spec',
    explanation:
      'CloudFormation reads `{{resolve:SERVICE:KEY}}` anywhere in a template as a reference to a value of Systems Manager or Secrets Manager and puts that value in its place, in boot scripts and tags too. There is no way to write such a text for it as it is. In a shell script the text can be written in two pieces, as `{{re""solve:`; what it stands for can be read at boot.',
  },
  'export.moves': {
    severity: 'warning',
    summary: 'An undivided stack cannot be updated to nested ones',
    explanation:
      'A cluster that one template cannot hold is divided into nested stacks: what comes before node groups, the groups by their names, and what comes after them. Another node group moves nothing. But a stack that was deployed undivided cannot become a divided one by an update, and changes of what comes before node groups may move resources too, where that is more than one stack. CloudFormation makes what moves in the one stack before it deletes it in the other, and fails at the name that is taken; the update is rolled back, and the cluster stays as it was. Look at a change set of the nested stacks first. `quilla apply` makes such a change after `quilla adopt`.',
  },
  'export.needs-bucket': {
    severity: 'note',
    summary: 'The template goes by way of a bucket',
    explanation:
      'CloudFormation takes 51,200 bytes of template with a call, and up to 1 MB from S3. `aws cloudformation deploy` puts the template into the bucket that `--s3-bucket` names. Templates of nested stacks always lie in a bucket: `aws cloudformation package` puts them there.',
  },
} as const satisfies CodeTable;

export const report = reporter(exportCodes);
