import { minutes, seconds } from '../../../base/duration.ts';

/** How long EKS takes, as it is usually seen. Read by the handlers and by measures of an apply. */
export const eksTimings = {
  /** CreateCluster to ACTIVE. */
  clusterCreate: minutes(9),
  /** CreateCluster to its security group and network interfaces. */
  clusterNetwork: minutes(2),
  clusterDelete: minutes(3),
  /** From the end of a cluster whose logging was on to its last log lines, for which EKS makes the log group anew. */
  lastLogs: seconds(20),
  /** Endpoint access and public access lists. */
  endpointUpdate: seconds(100),
  loggingUpdate: seconds(60),
  accessConfigUpdate: seconds(60),
  deletionProtectionUpdate: seconds(5),
  upgradePolicyUpdate: seconds(30),
  zonalShiftUpdate: seconds(30),
  encryptionUpdate: minutes(8),
  versionUpdate: minutes(9),
  /** After CreateAddon, until EKS first looks whether what it installed runs. */
  addonInstall: seconds(25),
  /** Between two looks at an add-on that does not run yet. */
  addonCheck: seconds(10),
  /** A new add-on that never runs is CREATE_FAILED (or DEGRADED) after this. */
  addonGiveUp: minutes(20),
  /** An add-on that waits for nodes is DEGRADED after this, until it runs. */
  addonDegraded: minutes(10),
  addonUpdate: seconds(40),
  addonDelete: seconds(15),
  /** From CreateNodegroup to its Auto Scaling group. */
  nodegroupStart: seconds(10),
  /** Between two looks at the nodes of a group. */
  nodegroupCheck: seconds(5),
  /** A group whose nodes do not join is CREATE_FAILED after this. */
  nodegroupGiveUp: minutes(20),
  nodegroupConfigUpdate: seconds(20),
  /** Before the first node of a group being updated is replaced. */
  nodegroupUpdateStart: seconds(30),
  /** Evictions that a PodDisruptionBudget refuses fail an update after this. */
  evictionGiveUp: minutes(15),
  /** From cordon to termination of a node without pods that must move. */
  nodeDrain: seconds(30),
  nodegroupDelete: seconds(40),
  fargateCreate: seconds(75),
  fargateDelete: seconds(60),
} as const;
