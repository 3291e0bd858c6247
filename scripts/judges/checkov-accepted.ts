/** A check of checkov that fails and stays, with the reason. */
export interface Accepted {
  readonly check: string;
  /** Addresses for which it is accepted. */
  readonly resources: RegExp;
  readonly because: string;
}

const issuer = /^aws_s3_bucket(_policy|_public_access_block)?\.issuer$/;
const buckets = /^aws_s3_bucket\.(issuer|store)$/;

export const accepted: readonly Accepted[] = [
  {
    check: 'CKV2_AWS_11',
    resources: /^aws_vpc\.vpc$/,
    because:
      'Flow logs of a cluster cost more than its control plane where much is sent; who wants them sets them on the VPC, and Quilla leaves them alone.',
  },
  {
    check: 'CKV2_AWS_12',
    resources: /^aws_vpc\.vpc$/,
    because: 'Nothing of the cluster is in the default group of the VPC; what a user puts there is his.',
  },
  {
    check: 'CKV_AWS_37',
    resources: /^aws_eks_cluster\.cluster$/,
    because:
      'The spec says which logs are kept (`logging`); controller and scheduler logs are the largest and the least read.',
  },
  {
    check: 'CKV_AWS_338',
    resources: /^aws_cloudwatch_log_group\.control-plane$/,
    because: 'Retention is a field of the spec; a year by default would be paid by everybody.',
  },
  {
    check: 'CKV_AWS_158',
    resources: /^aws_cloudwatch_log_group\.control-plane$/,
    because:
      'CloudWatch encrypts with keys of its own; a key of the account adds a way to lose logs, and no reader less.',
  },
  {
    check: 'CKV_AWS_39',
    resources: /^aws_eks_cluster\.cluster$/,
    because: 'These specs ask for the public endpoint, and for named ranges only; by default there is none.',
  },
  {
    check: 'CKV_AWS_339',
    resources: /^aws_eks_cluster\.cluster$/,
    because: 'The scanner knows versions up to its own date; the catalog and EKS know which are in standard support.',
  },
  {
    check: 'CKV_AWS_189',
    resources: /^aws_ebs_volume\.etcd-/,
    because:
      'Volumes are encrypted with the key of the account for EBS unless the spec names one (`etcd.volume.kmsKey`); secrets in etcd are encrypted once more by the API server.',
  },
  {
    check: 'CKV_AWS_91',
    resources: /^aws_lb\./,
    because:
      'A network load balancer writes access logs for TLS listeners only; these are TCP. The API server has an audit log.',
  },
  {
    check: 'CKV_AWS_300',
    resources: /^aws_s3_bucket_lifecycle_configuration\.store$/,
    because:
      'Uploads that were not finished are removed after a week where large objects are written, under backups/; the check wants a rule without a prefix.',
  },
  {
    check: 'CKV_AWS_18',
    resources: buckets,
    because:
      'Access logs need a bucket of their own in each region; CloudTrail data events tell the same for those who want it.',
  },
  {
    check: 'CKV_AWS_144',
    resources: buckets,
    because:
      'A copy in another region holds the keys of the cluster in a second place; who wants one names a bucket of his own (`storeBucket`).',
  },
  {
    check: 'CKV_AWS_145',
    resources: buckets,
    because:
      'S3 encrypts with keys of its own; seats would need rights on a key beside those on the bucket. A bucket of one’s own may have any.',
  },
  {
    check: 'CKV2_AWS_62',
    resources: buckets,
    because: 'Nobody waits for objects of these buckets: seats read by a timer.',
  },
  {
    check: 'CKV2_AWS_61',
    resources: issuer,
    because: 'The two documents of the issuer must not expire while pods hold tokens.',
  },
  {
    check: 'CKV_AWS_21',
    resources: issuer,
    because: 'The two documents of the issuer follow from the keys and can be written again at any time.',
  },
  ...['CKV2_AWS_6', 'CKV_AWS_54', 'CKV_AWS_56', 'CKV_AWS_70'].map(
    (check): Accepted => ({
      check,
      resources: issuer,
      because:
        'IAM reads the issuer’s two public documents without a signature. The bucket holds nothing else, and ACLs stay blocked. `podRoles: false` does without it.',
    }),
  ),
];
