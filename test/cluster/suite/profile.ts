import { join } from 'node:path';
import { productDir } from '../build/cache.ts';
import { istio131, samples } from '../components/istio/istio.ts';
import { profiles, type Profile, type ProfileName } from '../stack/profiles.ts';

const name = process.env['TCPSHIFT_CLUSTER_PROFILE'] ?? 'existing';

/** The cluster of the developer's own, which has Istio and the Gateway API. */
const existing: Profile = {
  kinds: istio131,
  controller: 'istio',
  gatewayClass: 'istio',
  apis: ['istio', 'gateway-api'],
};

/** What the cluster that the suites run on has. */
export const profile: Profile & { name: string } = { name, ...(profiles[name as ProfileName] ?? existing) };

/** The path of one of the Istio module's own sample files. */
export async function samplePath(path: string): Promise<string> {
  return join(await productDir(profile.kinds.files), samples, path);
}
