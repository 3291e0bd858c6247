/** The most AWS calls that a plan with nothing to do may make, by example. */
export const promisedCalls = { 'seed-eks': 36, eks: 40, 'seed-kops': 45 } as const;
