import { decode, encode } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import type { RecordSet, ZoneRecord } from '../../emulator/aws/route53/state.ts';
import { answerPacket } from './dns.ts';
import { type DnsView, dnsAnswer } from './dns-answer.ts';
import { balancerName } from './vpc-services.ts';

const zone = (name: string, records: readonly RecordSet[], vpc?: string): ZoneRecord => ({
  id: `Z${name}`,
  name,
  callerReference: name,
  private: vpc !== undefined,
  vpcs: vpc === undefined ? [] : [{ id: vpc, region: 'us-east-1' }],
  nameServers: [],
  createdAt: 0,
  records: [...records],
  tags: {},
});

const alias = (name: string, dnsName: string): RecordSet => ({
  name,
  type: 'A',
  alias: { zoneId: 'Z', dnsName, evaluateTargetHealth: false },
});

const lb = 'api-1234.elb.us-east-1.amazonaws.com';
const view: DnsView = {
  vpcId: 'vpc-a',
  privateNames: true,
  zones: [
    zone('example.com.', [
      { name: 'example.com.', type: 'NS', ttl: 172800, values: ['ns-1.awsdns-01.com.', 'ns-2.awsdns-02.net.'] },
      { name: 'www.example.com.', type: 'A', ttl: 300, values: ['203.0.113.1', '203.0.113.2'] },
      { name: 'txt.example.com.', type: 'TXT', ttl: 30, values: ['"one" "two \\"x\\""'] },
      { name: 'c.example.com.', type: 'CNAME', ttl: 10, values: ['WWW.example.com.'] },
      { name: 'loop.example.com.', type: 'CNAME', ttl: 10, values: ['loop.example.com'] },
      { name: 'away.example.com.', type: 'CNAME', ttl: 10, values: ['gone.example.com'] },
      { name: '\\052.wild.example.com.', type: 'A', ttl: 10, values: ['203.0.113.9'] },
      { name: 'a.deep.example.com.', type: 'A', ttl: 10, values: ['203.0.113.8'] },
      alias('api.example.com.', `dualstack.${lb}.`),
      { name: 'open.inner.example.com.', type: 'A', ttl: 1, values: ['203.0.113.7'] },
    ]),
    zone('inner.example.com.', [{ name: 'x.inner.example.com.', type: 'A', ttl: 5, values: ['10.0.0.9'] }], 'vpc-a'),
    zone('other.internal.', [{ name: 'x.other.internal.', type: 'A', ttl: 5, values: ['10.9.0.9'] }], 'vpc-b'),
  ],
  names: [
    { name: 'ip-10-0-1-5.ec2.internal', addresses: ['10.0.1.5'] },
    { name: 'sqs.us-east-1.amazonaws.com', addresses: ['10.0.1.6', '10.0.2.6'] },
    { name: '*.dkr.ecr.us-east-1.amazonaws.com', addresses: ['10.0.1.7'] },
  ],
  balancers: [{ name: lb, addresses: ['10.0.1.10', '10.0.2.10'] }],
};

const told = (name: string, type = 'A', of = view): string => {
  const { rcode, records } = dnsAnswer(of, name, type);
  return [
    rcode,
    ...records.map(({ name: owner, type: kind, data }) => `${owner} ${kind} ${[data].flat().join('|')}`),
  ].join('; ');
};

describe('the resolver of a VPC', () => {
  it.each([
    ['ec2.us-east-1.amazonaws.com', 'A', 'NOERROR; ec2.us-east-1.amazonaws.com A 198.18.0.1'],
    ['sts.eu-west-1.amazonaws.com.', 'A', 'NOERROR; sts.eu-west-1.amazonaws.com A 198.18.0.1'],
    ['sts.amazonaws.com', 'A', 'NOERROR; sts.amazonaws.com A 198.18.0.1'],
    ['S3.us-east-1.amazonaws.com', 'A', 'NOERROR; s3.us-east-1.amazonaws.com A 198.18.0.3'],
    ['my.bucket.s3.us-gov-west-1.amazonaws.com', 'A', 'NOERROR; my.bucket.s3.us-gov-west-1.amazonaws.com A 198.18.0.3'],
    [
      'b.s3.dualstack.eu-central-1.amazonaws.com',
      'A',
      'NOERROR; b.s3.dualstack.eu-central-1.amazonaws.com A 198.18.0.3',
    ],
    ['b.s3.amazonaws.com', 'A', 'NOERROR; b.s3.amazonaws.com A 198.18.0.3'],
    ['ec2.us-east-1.amazonaws.com', 'AAAA', 'NOERROR'],
    [
      'sqs.us-east-1.amazonaws.com',
      'A',
      'NOERROR; sqs.us-east-1.amazonaws.com A 10.0.1.6; sqs.us-east-1.amazonaws.com A 10.0.2.6',
    ],
    ['1.dkr.ecr.us-east-1.amazonaws.com', 'A', 'NOERROR; 1.dkr.ecr.us-east-1.amazonaws.com A 10.0.1.7'],
    ['mirror.quilla.internal', 'A', 'NOERROR; mirror.quilla.internal A 198.18.0.2'],
    ['ip-10-0-1-5.ec2.internal', 'A', 'NOERROR; ip-10-0-1-5.ec2.internal A 10.0.1.5'],
    ['ip-10-0-1-9.ec2.internal', 'A', 'NXDOMAIN'],
    [lb, 'A', `NOERROR; ${lb} A 10.0.1.10; ${lb} A 10.0.2.10`],
    ['gone-1.elb.us-east-1.amazonaws.com', 'A', 'NXDOMAIN'],
    ['api.example.com', 'A', 'NOERROR; api.example.com A 10.0.1.10; api.example.com A 10.0.2.10'],
    ['api.example.com', 'AAAA', 'NOERROR'],
    [
      'c.example.com',
      'A',
      'NOERROR; c.example.com CNAME www.example.com; www.example.com A 203.0.113.1; www.example.com A 203.0.113.2',
    ],
    ['c.example.com', 'CNAME', 'NOERROR; c.example.com CNAME www.example.com'],
    ['away.example.com', 'A', 'NXDOMAIN; away.example.com CNAME gone.example.com'],
    ['txt.example.com', 'TXT', 'NOERROR; txt.example.com TXT one|two "x"'],
    ['example.com', 'NS', 'NOERROR; example.com NS ns-1.awsdns-01.com; example.com NS ns-2.awsdns-02.net'],
    ['any.wild.example.com', 'A', 'NOERROR; any.wild.example.com A 203.0.113.9'],
    ['deep.example.com', 'A', 'NOERROR'],
    ['none.example.com', 'A', 'NXDOMAIN'],
    ['x.inner.example.com', 'A', 'NOERROR; x.inner.example.com A 10.0.0.9'],
    // A private zone hides the public one of the same name.
    ['open.inner.example.com', 'A', 'NXDOMAIN'],
    ['x.other.internal', 'A', 'NXDOMAIN'],
    ['registry.k8s.io', 'A', 'NXDOMAIN'],
  ])('answers %s %s', (name, type, expected) => {
    expect(told(name, type)).toBe(expected);
  });

  it('ends a CNAME that leads to itself', () => {
    expect(dnsAnswer(view, 'loop.example.com', 'A').records.every(({ type }) => type === 'CNAME')).toBe(true);
  });

  it('has private zones for their VPC only, and not without host names', () => {
    expect(told('x.other.internal', 'A', { ...view, vpcId: 'vpc-b' })).toBe('NOERROR; x.other.internal A 10.9.0.9');
    expect(told('x.inner.example.com', 'A', { ...view, privateNames: false })).toBe('NXDOMAIN');
  });

  it('leads to nodes with healthy targets, to all where none is', () => {
    const nodes = [
      { zone: 'a', address: '10.0.1.10', publicAddress: '18.192.0.1' },
      { zone: 'b', address: '10.0.2.10' },
    ];
    const balancer = { dnsName: lb, nodes } as unknown as Parameters<typeof balancerName>[0];
    expect(balancerName(balancer, new Set(['10.0.2.10'])).addresses).toEqual(['10.0.2.10']);
    expect(balancerName(balancer, new Set()).addresses).toEqual(['18.192.0.1', '10.0.2.10']);
  });
});

describe('DNS packets', () => {
  const query = (name: string, more: object = {}) =>
    encode({ type: 'query', id: 77, flags: 0x100, questions: [{ type: 'A', name }], ...more });
  const resolve = (name: string, type: string) => dnsAnswer(view, name, type);

  it('are answered with id, question, recursion and code', () => {
    const read = decode(answerPacket(query('www.example.com'), resolve, 512)!);
    expect(read).toMatchObject({
      type: 'response',
      id: 77,
      rcode: 'NOERROR',
      flag_rd: true,
      flag_ra: true,
      flag_aa: false,
    });
    expect(read.questions?.[0]).toMatchObject({ name: 'www.example.com', type: 'A' });
    expect(read.answers).toHaveLength(2);
    expect(decode(answerPacket(query('nowhere.example'), resolve, 512)!)).toMatchObject({
      rcode: 'NXDOMAIN',
      answers: [],
    });
  });

  it('are cut where the asking side takes less', () => {
    const many = () => ({
      rcode: 'NOERROR' as const,
      records: Array.from({ length: 60 }, (_, at) => ({
        name: 'n.example',
        type: 'A' as const,
        ttl: 1,
        data: `10.0.0.${at}`,
      })),
    });
    expect(decode(answerPacket(query('n.example'), many, 512)!)).toMatchObject({ flag_tc: true, answers: [] });
    expect(decode(answerPacket(query('n.example'), many, 4096)!).answers).toHaveLength(60);
  });

  it('that are no queries get no answer, and other operations are refused', () => {
    expect(answerPacket(Buffer.from('nonsense'), resolve, 512)).toBeUndefined();
    expect(answerPacket(encode({ type: 'response', id: 1 }), resolve, 512)).toBeUndefined();
    expect(answerPacket(query('www.example.com'), () => undefined, 512)).toBeUndefined();
    expect(decode(answerPacket(query('www.example.com', { flags: 5 << 11 }), resolve, 512)!)).toMatchObject({
      rcode: 'NOTIMP',
    });
    expect(decode(answerPacket(encode({ type: 'query', id: 1 }), resolve, 512)!)).toMatchObject({ rcode: 'FORMERR' });
  });
});
