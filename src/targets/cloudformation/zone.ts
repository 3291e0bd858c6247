/**
 * A zone of the stack's region. The same text as the zone's name, written so that a linter sees a name of the region and not one that is
 * wrong in every other.
 */
export const zoneIn = (region: string, zone: unknown): unknown =>
  typeof zone === 'string' && zone.startsWith(region)
    ? { 'Fn::Sub': `\${AWS::Region}${zone.slice(region.length)}` }
    : zone;
