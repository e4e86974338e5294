/** The same suite on the sandbox, with the APIs and the way to pick a version of the cluster that the run is about. */
import { afterAll, beforeAll } from 'vitest';
import { testSandbox, type TestSandbox } from '../../helpers/sandbox.ts';
import { apiTitles } from '../stack/profiles.ts';
import { profile } from '../suite/profile.ts';
import { paritySuite } from './suite.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await testSandbox({
    ingressPort: 31_400,
    picker: profile.controller === 'traefik' ? 'round-robin' : 'random',
  });
});

afterAll(() => sandbox.stop());

for (const api of profile.apis) {
  paritySuite(`sandbox as ${profile.title}, ${apiTitles[api]}`, async () => ({
    name: 'sandbox',
    kubeconfig: sandbox.kubeconfig,
    api,
    gatewayClass: 'istio',
    namespace: `parity-${api}`,
  }));
}
