/** The parity suite on the cluster that the run is about. */
import { apiTitles } from '../stack/profiles.ts';
import { profile } from '../suite/profile.ts';
import { paritySuite } from './suite.ts';

for (const api of profile.apis) {
  paritySuite(`${profile.title}, ${apiTitles[api]}`, async () => ({
    name: profile.name,
    kubeconfig: process.env['KUBECONFIG']!,
    api,
    gatewayClass: profile.gatewayClass,
    namespace: `parity-${api}`,
  }));
}
