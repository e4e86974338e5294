import type { KubeObject, Reader } from '../core/objects.ts';
import type { RouteView } from './routing-api.ts';
import { serviceKind } from './services.ts';

/** The Services that a route's backends name, each once and from its own namespace; without those that do not exist. */
export async function backendServices(
  { backends }: Pick<RouteView, 'backends'>,
  reader: Reader,
): Promise<KubeObject[]> {
  const refs = new Map(
    [...backends.values()].map(({ service: name, namespace }) => [
      `${namespace}/${name}`,
      { ...serviceKind, namespace, name },
    ]),
  );
  const found = await Promise.all([...refs.values()].map((ref) => reader.get(ref)));
  return found.filter((service) => service !== undefined);
}
