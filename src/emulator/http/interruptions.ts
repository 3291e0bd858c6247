import { interruptSpotInstance } from '../aws/ec2/instances/interruption.ts';
import { AwsError } from '../call.ts';
import { type EmbeddedPath, jsonAnswer } from './embedded-path.ts';

/**
 * Has EC2 take a spot instance back: `POST /_embedded/interruptions/INSTANCE-ID`. On AWS nobody can ask for that but its Fault Injection
 * Service, which is not here.
 */
export const interruptionsPath: EmbeddedPath = {
  name: 'interruptions',
  answer: ({ method }, id, turns) => {
    if (method !== 'POST') return jsonAnswer(405, { reason: 'only POST is known here' });
    const { regions } = turns.world;
    const region = Object.keys(regions).find((name) => regions[name]?.ec2.instances[id]);
    if (region === undefined) return jsonAnswer(404, { reason: `there is no instance ${id}` });
    try {
      interruptSpotInstance(turns.at(region), id);
      return jsonAnswer(202, { instanceId: id });
    } catch (cause) {
      if (cause instanceof AwsError) return jsonAnswer(409, { reason: cause.message });
      throw cause;
    }
  },
};
