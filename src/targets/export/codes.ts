import { type CodeTable, reporter } from '../../base/diagnostic.ts';

/** What can be said of a world that is written for another program. */
export const exportCodes = {
  'export.cannot-hold': {
    severity: 'warning',
    summary: 'Not in what is written',
    explanation:
      'The program that will make the rest cannot hold this: it has no such resource, or it would keep something secret in its state. The detail says why. What lies in the store is made by `quilla store fill`; the rest follows when the cluster is taken over with `quilla adopt` and applied.',
  },
  'export.differs': {
    severity: 'warning',
    summary: 'Written otherwise than Quilla makes it',
    explanation:
      'The resource is in what is written, but the program cannot say one of its fields. After `quilla adopt` the next plan sets it.',
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
  'export.needs-bucket': {
    severity: 'note',
    summary: 'The template goes by way of a bucket',
    explanation:
      'CloudFormation takes 51,200 bytes of template with a call, and up to 1 MB from S3. `aws cloudformation deploy` puts the template into the bucket that `--s3-bucket` names. Templates of nested stacks always lie in a bucket: `aws cloudformation package` puts them there.',
  },
} as const satisfies CodeTable;

export const report = reporter(exportCodes);
