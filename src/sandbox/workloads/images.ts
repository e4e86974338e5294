/** What the sandbox runs for a container: the echo server, nothing at all, a gateway, or a refusal to pull. */
export type Program = 'tcp-echo' | 'idle' | 'gateway' | 'unknown';

/** The image of the gateways that the cluster makes itself. */
export const proxyImage = 'docker.io/istio/proxyv2:1.31.0';

const programs: Readonly<Record<string, Program>> = {
  'tcp-echo-server': 'tcp-echo',
  curl: 'idle',
  'curl-ssl': 'idle',
  sleep: 'idle',
  pause: 'idle',
  proxyv2: 'gateway',
};

/** Told by the last segment of the image's path, whatever its registry, tag or digest. */
export function programOf(image: string): Program {
  const path = image.split('@')[0]!;
  const name = path.slice(path.lastIndexOf('/') + 1).split(':')[0]!;
  return Object.hasOwn(programs, name) ? programs[name]! : 'unknown';
}
