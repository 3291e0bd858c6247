import { storedName } from '../aws/route53/names.ts';
import { type EmbeddedPath, jsonAnswer } from './embedded-path.ts';

/**
 * The public DNS, as far as delegations go: `GET /_embedded/resolver?type=NS&name=ZONE`. A domain is delegated to the first public zone
 * of its name; a second one that somebody makes is asked by nobody, which is how it goes with registrars.
 */
export const resolverPath: EmbeddedPath = {
  name: 'resolver',
  answer: ({ query }, _, turns) => {
    const asked = new URLSearchParams(query);
    if (asked.get('type') !== 'NS') return jsonAnswer(400, { reason: 'only type=NS is known here' });
    const name = storedName(asked.get('name') ?? '');
    const zones = Object.values(turns.world.route53.zones).filter((zone) => !zone.private && zone.name === name);
    return jsonAnswer(200, { answers: zones[0]?.nameServers ?? [] });
  },
};
