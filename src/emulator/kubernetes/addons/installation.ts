/** One EKS add-on as it is to run. */
export interface AddonInstallation {
  readonly cluster: string;
  /** `vpc-cni`, `coredns`, ... */
  readonly name: string;
  /** `v1.19.2-eksbuild.1`. */
  readonly version: string;
  /** JSON or YAML as CreateAddon takes it. */
  readonly configurationValues?: string | undefined;
  readonly serviceAccountRoleArn?: string | undefined;
  /** Where its objects live; `kube-system` unless told. */
  readonly namespace?: string | undefined;
}
