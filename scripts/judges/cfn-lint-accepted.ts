/** A rule of cfn-lint that is broken and stays so, with the reason. No error is among them, and no warning of a template that stands alone. */
export const accepted: readonly { readonly rule: string; readonly because: string }[] = [
  {
    rule: 'I3042',
    because:
      'ARNs say their partition, since a template is for one account and one region: names end in a hash of both, and images belong to the region.',
  },
  {
    rule: 'W3002',
    because:
      'Clusters that are too wide for one template are nested stacks, and `aws cloudformation package` writes where their templates lie; the description of the template says so.',
  },
];
