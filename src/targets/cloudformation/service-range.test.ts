import { expect, it } from 'vitest';
import { serviceRangeBeside } from './service-range.ts';

it.each([
  [['192.168.0.0/16'], '10.100.0.0/16'],
  [['10.50.0.0/16'], '172.20.0.0/16'],
  [['192.168.0.0/16', '10.1.0.0/24'], '172.20.0.0/16'],
  [['172.20.0.0/20'], '10.100.0.0/16'],
  [['10.50.0.0/16', '172.16.0.0/12'], '10.100.0.0/16'],
  [['10.0.0.0/8', '172.16.0.0/12'], undefined],
])('beside %j services are in %s', (ranges, expected) => {
  expect(serviceRangeBeside(ranges)).toBe(expected);
});
