import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../core/objects.ts';
import { reviewKinds } from './api/access.ts';
import { virtualServiceDenial, virtualServiceProblems } from './controllers/istio/admission.ts';
import { builtinKinds, bundledCrds } from './objects/kinds.ts';
import { openCatalog } from './store/catalog.ts';
import { definitionsPlace, established, serve } from './store/definitions.ts';
import { initialNamespaces } from './store/namespaces.ts';
import { openRegistry, type ServerRegistry } from './store/open-registry.ts';
import { timestamp } from './store/prepare.ts';
import { openStore } from './store/store.ts';

/** A registry with what every cluster has before its first user: namespaces, and here the routing APIs. */
export function seededRegistry(now: () => number, historyWindow?: number): ServerRegistry {
  const store = openStore(historyWindow);
  const catalog = openCatalog([...builtinKinds, ...reviewKinds]);
  const registry = openRegistry({ store, catalog, now, deny: virtualServiceRefusal });
  for (const name of initialNamespaces) {
    registry.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { manager: 'kube-apiserver' });
  }
  // Straight into the store: these are known to be valid, and to check their large schemas takes longer than all the rest.
  for (const definition of bundledCrds()) {
    serve(catalog, store.put(definitionsPlace, asBundled(definition, timestamp(now()))), false);
  }
  return registry;
}

function asBundled(definition: KubeObject, now: string): KubeObject {
  const metadata = { ...definition.metadata, uid: randomUUID(), creationTimestamp: now, generation: 1 };
  const spec = { conversion: { strategy: 'None' }, ...definition.spec };
  return established({ ...definition, metadata, spec }, now);
}

function virtualServiceRefusal(object: KubeObject): string | undefined {
  if (object.kind !== 'VirtualService' || !object.apiVersion.startsWith('networking.istio.io/')) return undefined;
  const problems = virtualServiceProblems(object);
  return problems.length > 0 ? virtualServiceDenial(problems) : undefined;
}
