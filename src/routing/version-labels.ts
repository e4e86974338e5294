import type { Reader } from '../core/objects.ts';
import { routingApis } from './apis.ts';
import { backendServices } from './backend-services.ts';
import type { RouteView } from './routing-api.ts';
import type { Labels } from './services.ts';

/**
 * The labels that every pod of a version carries: its Service's selector, and what sets its subset apart. A version is missing where its Service
 * is or has no selector, and where nothing defines its subset.
 */
export async function versionLabels(view: RouteView, reader: Reader): Promise<Map<string, Labels>> {
  const [services, ofSubsets] = await Promise.all([
    backendServices(view, reader),
    routingApis[view.api].subsetLabels(view, reader),
  ]);
  const labels = new Map<string, Labels>();
  for (const [version, { service, namespace, subset }] of view.backends) {
    const found = services.find(({ metadata }) => metadata.name === service && metadata.namespace === namespace);
    const selector = found?.spec?.selector as Labels | undefined;
    const own = subset === undefined ? {} : ofSubsets.get(version);
    if (selector && own) labels.set(version, { ...selector, ...own });
  }
  return labels;
}
