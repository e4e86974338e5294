import { describe, expect, it } from 'vitest';
import {
  countBetween,
  countsAny,
  readCounters,
  readEndpointCounters,
} from '../../src/core/envoy/connection-counters.ts';

const line = (subset: string, count: number, end = ';'): string =>
  `cluster.outbound|9000|${subset}|tcp-echo.shop.svc.cluster.local${end}.upstream_cx_total: ${count}\n`;

const targets = new Map(
  ['v1', 'v2'].map((subset) => [subset, { service: 'tcp-echo', namespace: 'shop', port: 9000, subset }]),
);
const reading = (v1: number, v2: number) => readCounters(line('v1', v1) + line('v2', v2));

describe('readCounters', () => {
  it('reads a counter a line, with and without the semicolon that Istio adds', () => {
    const counters = readCounters(
      `${line('v1', 7)}${line('v2', 3, '')}cluster.xds-grpc.upstream_cx_total: 1\nlistener.x: 2\n`,
    );
    expect([...counters.values()]).toEqual([7, 3, 1]);
    expect([...counters.keys()].slice(0, 2)).toEqual(
      ['v1', 'v2'].map((s) => `outbound|9000|${s}|tcp-echo.shop.svc.cluster.local`),
    );
  });
});

describe('countBetween', () => {
  it('takes the difference by version', () => {
    expect(countBetween(reading(100, 20), reading(180, 40), targets)).toEqual({
      connections: new Map([
        ['v1', 80],
        ['v2', 20],
      ]),
      restarted: false,
    });
  });

  it('counts a cluster from 0 that was not there before', () => {
    expect(countBetween(readCounters(''), reading(8, 2), targets).connections).toEqual(
      new Map([
        ['v1', 8],
        ['v2', 2],
      ]),
    );
  });

  it('notices a proxy that started anew', () => {
    expect(countBetween(reading(100, 20), reading(5, 1), targets)).toEqual({
      connections: new Map([
        ['v1', 0],
        ['v2', 0],
      ]),
      restarted: true,
    });
  });
});

describe('readEndpointCounters', () => {
  const name = 'outbound|9000|v1|tcp-echo.shop.svc.cluster.local';

  it('sums the endpoints of a cluster', () => {
    const page = [
      `${name}::observability_name::${name}`,
      `${name}::default_priority::max_connections::4294967295`,
      `${name}::10.244.0.7:9000::cx_active::1`,
      `${name}::10.244.0.7:9000::cx_total::40`,
      `${name}::[fd00::7]:9000::cx_total::2`,
      'xds-grpc::127.0.0.1:15012::cx_total::1',
    ].join('\n');
    const counters = readEndpointCounters(`${page}\n`);
    expect(counters).toEqual(
      new Map([
        [name, 42],
        ['xds-grpc', 1],
      ]),
    );
    expect(countsAny(counters, targets)).toBe(true);
    expect(countsAny(readCounters('cluster.xds-grpc.upstream_cx_total: 1\n'), targets)).toBe(false);
  });
});
