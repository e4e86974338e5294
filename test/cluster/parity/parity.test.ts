/** The parity suite on the cluster that the run is about. */
import { profile } from '../suite/profile.ts';
import { paritySuite } from './suite.ts';

for (const api of profile.apis) {
  paritySuite(`${profile.name}, ${api}`, async () => ({
    name: profile.name,
    kubeconfig: process.env['KUBECONFIG']!,
    api,
    gatewayClass: profile.gatewayClass,
    namespace: `parity-${api}`,
  }));
}
