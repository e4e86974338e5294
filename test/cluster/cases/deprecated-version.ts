/** What an API server says against the version of a kind: told once a run, on stderr, in its words. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectl, tcpshift, type Target } from '../parity/target.ts';
import { preferredVersion } from '../parity/versions.ts';
import { connect, readAccess } from '../stack/api.ts';
import { until } from '../stack/until.ts';
import { changeTcpRoute } from './definitions.ts';
import { applyAs } from './foreign-objects.ts';
import { said } from './task.ts';

const warning = 'This TCPRoute goes in 2028; "gateway.networking.k8s.io/v2" takes over. See KEP-0000.';
const lines = [
  'status tcproute/shop',
  'weight tcproute/shop v2=20 --wait none --allow-unready',
  'weight tcproute/shop v2=30 --wait none --allow-unready --dry-run server',
];

/** Declares the cases for the target that `open` resolves with once the tests run. */
export function deprecatedVersionCases(name: string, open: () => Promise<Target>): void {
  describe(`a version of TCPRoute on ${name}`, () => {
    let target: Target;
    let version: string;
    const run = (line: string) => tcpshift(target, ...line.split(' '), '-o', 'json');

    beforeAll(async () => {
      target = await open();
      version = await preferredVersion(target);
      await kubectl(target, ['create', 'namespace', target.namespace]);
      await applyAs(target, 'tcpshift', {
        apiVersion: `gateway.networking.k8s.io/${version}`,
        kind: 'TCPRoute',
        metadata: { name: 'shop' },
        spec: { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: ['v1', 'v2'].map((each) => backend(each)) }] },
      });
    });

    afterAll(() => kubectl(target, ['delete', 'namespace', target.namespace, '--wait=false']));

    test.each(lines)('that is not deprecated is chosen without a word: %s', async (line) => {
      expect(await run(line)).toMatchObject({ exitCode: 0, stderr: '' });
    });

    test('that is deprecated is told of once a run, in the words of the API server', async () => {
      const restore = await changeTcpRoute(target, (each) => {
        if (each.name === version) Object.assign(each, { deprecated: true, deprecationWarning: warning });
      });
      try {
        const api = connect(await readAccess(target.kubeconfig));
        const path = `/apis/gateway.networking.k8s.io/${version}/namespaces/${target.namespace}/tcproutes/shop`;
        await until('the API server warns', async () => (await api.send(path)).headers['warning'] !== undefined);
        for (const line of lines) {
          const { exitCode, stdout, stderr } = await run(line);
          expect({ exitCode, warnings: said(stderr, 'warning') }).toEqual({ exitCode: 0, warnings: [warning] });
          expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1 });
        }
      } finally {
        await restore();
      }
    });
  });
}

function backend(version: string) {
  return { name: `shop-${version}`, port: 5432, weight: version === 'v1' ? 1 : 0 };
}
