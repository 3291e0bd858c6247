import type { Service } from '../call.ts';
import { awsJson } from './aws-json.ts';
import type { Protocol } from './protocol.ts';
import { awsQuery, ec2Query } from './query.ts';
import { restJson1 } from './rest-json.ts';
import { restXml } from './rest-xml.ts';

/** Every wire protocol that this AWS speaks. */
export const protocols: Readonly<Record<Service['protocol'], Protocol>> = {
  ec2Query,
  awsQuery,
  restJson1,
  restXml,
  'awsJson1.0': awsJson('1.0'),
  'awsJson1.1': awsJson('1.1'),
};
