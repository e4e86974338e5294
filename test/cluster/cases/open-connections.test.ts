/** Connections that are open through a gateway: what becomes of them when weights change is Envoy's to say. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOf } from '../../helpers/documents.ts';
import { document, kinds, kubectl, tcpshift } from '../parity/target.ts';
import { until } from '../stack/until.ts';
import type { Address } from '../suite/echo.ts';
import { holdOfEach, type HeldConnection } from '../suite/held.ts';
import { abandon, caseTarget, gatewayPods, patchWeights, readRoute, said, setUp } from './task.ts';

describe('open connections', () => {
  const target = caseTarget('case-open');
  const drainMs = 3000;
  const proxyConfig = { drainDuration: '3s', proxyStatsMatcher: { inclusionSuffixes: ['upstream_cx_active'] } };
  let address: Address;

  beforeAll(async () => {
    await setUp(target);
    const annotations = { 'proxy.istio.io/config': JSON.stringify(proxyConfig) };
    const patch = JSON.stringify({ spec: { infrastructure: { annotations } } });
    await kubectl(target, ['patch', kinds[target.api].gateway, 'tcp-echo-gateway', '--type=merge', '-p', patch]);
    address = await until('the one gateway pod is the one that drains in 3 s', async () => {
      const { openConnections, ingress } = await document(target, 'status');
      const { pods } = openConnections;
      return pods.length === 1 && pods[0].closedAfterMs === drainMs && ingress;
    });
  });

  afterAll(() => abandon(target));

  /** What the one gateway pod has to tell of these connections. */
  const told = async (held: readonly HeldConnection[]) => ({
    open: held.length,
    closedAfterMs: { shortest: drainMs, longest: drainMs },
    pods: [
      {
        namespace: target.namespace,
        pod: (await gatewayPods(target))[0]!.name,
        open: held.length,
        versions: ['one', 'two'].map((word, index) => ({
          version: `v${index + 1}`,
          open: held.filter(({ version }) => version === word).length,
        })),
        closedAfterMs: drainMs,
      },
    ],
  });

  /** Resolves when all of them have ended, as was said: in order, and a drain time after the proxy took the last change. */
  const closed = async (held: readonly HeldConnection[]): Promise<void> => {
    const ends = await Promise.all(held.map(({ ended }) => ended));
    const { proxies, openConnections } = await document(target, 'status');
    const due = Date.parse(proxies[0].updatedAt) + drainMs;
    for (const { how, atMs } of ends) {
      expect(how).toBe('FIN');
      expect(Math.abs(atMs - due)).toBeLessThan(1500);
    }
    expect(openConnections).toEqual(await told([]));
  };

  test('are counted by each version, and closed in order when status and weight said', async () => {
    await document(target, 'weight', 'v2=50', '--wait', 'programmed');
    const held = await holdOfEach(['one', 'two'], 2, address);
    const { openConnections } = await document(target, 'status');
    expect(openConnections).toEqual(await told(held));

    const result = await tcpshift(target, 'weight', 'v2=20', '-o', 'json');
    const change = documentOf('WeightChange', result);
    expect(change.openConnections).toEqual(openConnections);
    expect(said(result.stderr, 'warning')).toEqual([
      `${held.length} open connections will be closed 3s after the change`,
    ]);
    await closed(held);
  });

  test('outlive the same split in other numbers, unless these are insisted on', async () => {
    await document(target, 'weight', 'v2=50', '--wait', 'programmed');
    await patchWeights(target, [8, 2]);
    await document(target, 'weight', 'v2=20', '--wait', 'programmed');
    const held = await holdOfEach(['one', 'two'], 2, address);
    const before = await readRoute(target);
    const { changed, openConnections } = await document(target, 'weight', 'v2=20');
    expect({ changed, openConnections }).toEqual({ changed: false });
    expect(await readRoute(target)).toEqual(before);
    // Fifty answers take longer than a drain.
    await Promise.all(held.map(({ answers }) => answers(50)));

    const insisted = await document(target, 'weight', 'v2=20', '--normalize', '--force-conflicts');
    expect(insisted).toMatchObject({ changed: true, openConnections: await told(held) });
    await closed(held);
  });
});
