import { createHash } from 'node:crypto';
import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import type { Turn } from '../call.ts';
import type { Turns } from '../turns.ts';
import { type EmbeddedPath, textAnswer } from './embedded-path.ts';
import { dynamicOf, metadataOf } from './instance-metadata.ts';
import { answerFrom } from './metadata-tree.ts';
import type { WireRequest, WireResponse } from './request.ts';

/** AWS's page: its status in words, nothing more. */
const refused = (status: number, reason: string): WireResponse => textAnswer(status, `${status} - ${reason}\n`);

const unauthorized = refused(401, 'Unauthorized');

/** A token names its instance and its end, so that nothing has to be kept. */
const seal = (turn: Turn, instanceId: string, until: number): string =>
  createHash('sha256').update(`imds ${turn.account} ${instanceId} ${until}`).digest('base64url').slice(0, 32);

const longest = 21_600;

function newToken(request: WireRequest, turn: Turn, instanceId: string): WireResponse {
  const seconds = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds']);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > longest) return refused(400, 'Bad Request');
  // The metadata service refuses what came through a proxy.
  if (request.headers['x-forwarded-for'] !== undefined) return refused(403, 'Forbidden');
  const until = turn.now + seconds * 1000;
  const answer = textAnswer(200, `${until.toString(36)}.${seal(turn, instanceId, until)}`);
  return { ...answer, headers: { ...answer.headers, 'x-aws-ec2-metadata-token-ttl-seconds': String(seconds) } };
}

function isToken(turn: Turn, instanceId: string, token: string): boolean {
  const [end = '', sealed] = token.split('.');
  const until = Number.parseInt(end, 36);
  return until > turn.now && sealed === seal(turn, instanceId, until);
}

/** Whether a request may read: with a token always, without one where the instance allows the first version of the service. */
function refusal({ headers }: WireRequest, turn: Turn, instance: InstanceRecord): WireResponse | undefined {
  const token = headers['x-aws-ec2-metadata-token'];
  if (token !== undefined) return isToken(turn, instance.id, token) ? undefined : unauthorized;
  return instance.metadataOptions.HttpTokens === 'required' ? unauthorized : undefined;
}

interface Found {
  readonly turn: Turn;
  readonly instance: InstanceRecord;
}

function instanceIn(turns: Turns, id: string): Found | undefined {
  const region = Object.keys(turns.world.regions).find((name) => turns.world.regions[name]?.ec2.instances[id]);
  if (region === undefined) return undefined;
  const turn = turns.at(region);
  const instance = turn.state.ec2.instances[id]!;
  const isUp = instance.state === 'running' || instance.state === 'pending';
  return isUp ? { turn, instance } : undefined;
}

function read(path: string, { turn, instance }: Found): WireResponse {
  if (path === '') return textAnswer(200, 'dynamic\nmeta-data\nuser-data');
  if (path === 'user-data') {
    if (instance.userData === undefined) return refused(404, 'Not Found');
    const body = Buffer.from(instance.userData, 'base64');
    return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body };
  }
  const found = answerFrom({ dynamic: dynamicOf(turn, instance), 'meta-data': metadataOf(turn, instance) }, path);
  return found === undefined ? refused(404, 'Not Found') : textAnswer(200, found);
}

/** What the service lists at its root; all of them serve the same here. cloud-init asks for some by date. */
const versions: readonly string[] = [
  ...['1.0', '2007-01-19', '2007-03-01', '2007-08-29', '2007-10-10', '2007-12-15', '2008-02-01', '2008-09-01'],
  ...['2009-04-04', '2011-01-01', '2011-05-01', '2012-01-12', '2014-02-25', '2014-11-05', '2015-10-20', '2016-04-19'],
  ...['2016-06-30', '2016-09-02', '2018-03-28', '2018-08-17', '2018-09-24', '2019-10-01', '2020-10-27', '2021-01-03'],
  ...['2021-03-23', '2021-07-15', '2022-09-24', 'latest'],
];

/**
 * The metadata service of an instance: `/_embedded/imds/INSTANCE-ID/latest/...` stands for `http://169.254.169.254/latest/...` there.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export const imdsPath: EmbeddedPath = {
  name: 'imds',
  answer: (request, rest, turns) => {
    const [id = '', version, ...path] = rest.split('/').map(decodeURIComponent);
    const found = instanceIn(turns, id);
    if (found === undefined) return refused(404, 'Not Found');
    if (found.instance.metadataOptions.HttpEndpoint === 'disabled') return refused(403, 'Forbidden');
    if (version === undefined || version === '')
      return refusal(request, found.turn, found.instance) ?? textAnswer(200, versions.join('\n'));
    if (!versions.includes(version)) return refused(404, 'Not Found');
    if (request.method === 'PUT' && path.join('/') === 'api/token') return newToken(request, found.turn, id);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refused(405, 'Not Allowed');
    return refusal(request, found.turn, found.instance) ?? read(path.join('/').replace(/\/+$/, ''), found);
  },
};
