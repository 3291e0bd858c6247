import data from './data/kubernetes-flags.json' with { type: 'json' };

/** Programs of the control plane and nodes, as specs call them. */
export type FlaggedProgram = keyof typeof data.flags;

/** The minor version whose programs were asked. */
export const flagsOf = data.newest;

/** Flags of a program without their dashes, as its `--help` lists them. */
export const flagNames = (program: FlaggedProgram): readonly string[] => data.flags[program];

/** Feature gates of all programs. */
export const featureGateNames: readonly string[] = data.featureGates;
