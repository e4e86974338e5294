import { join } from 'node:path';
import { productDir } from '../build/cache.ts';
import { samples } from '../components/istio/istio.ts';
import { profiles, type Profile, type ProfileName } from '../stack/profiles.ts';

const name = process.env['TCPSHIFT_CLUSTER_PROFILE'] ?? 'existing';

/** What the cluster that the suites run on has; a developer's own cluster is taken to have Istio and the Gateway API. */
export const profile: Profile & { name: string } = {
  name,
  ...(profiles[name as ProfileName] ?? profiles['istio-1.31']),
};

/** The path of one of the Istio module's own sample files. */
export async function samplePath(path: string): Promise<string> {
  return join(await productDir(profile.kinds.files), samples, path);
}
