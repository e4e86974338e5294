import { parse } from 'yaml';
import { kubectl, type Target } from './target.ts';

/** The version of TCPRoute that the cluster names first. */
export async function preferredVersion(target: Target): Promise<string> {
  const group = parse(await kubectl(target, ['get', '--raw', '/apis/gateway.networking.k8s.io']));
  for (const { groupVersion, version } of group.versions) {
    const { resources } = parse(await kubectl(target, ['get', '--raw', `/apis/${groupVersion}`]));
    if (resources.some(({ name }: any) => name === 'tcproutes')) return version;
  }
  throw new Error('TCPRoute is not served');
}
