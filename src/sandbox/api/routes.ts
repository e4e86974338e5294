import createRouter, { type HTTPMethod } from 'find-my-way';
import type { ServerRegistry } from '../store/open-registry.ts';
import { methodNotAllowed } from '../store/api-error.ts';
import type { Handler } from './call.ts';
import { metaRoutes } from './meta-routes.ts';
import { resourceHandler, resourcePaths } from './resource-routes.ts';
import type { WatchSettings } from './watch.ts';

// Names of objects have up to 253 characters; what is longer shall be refused for its own sake.
const longestName = 1024;
const methods: HTTPMethod[] = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'];

/** Finds the handler of a request, and the parameters of its path. */
export type Route = (
  method: string,
  path: string,
) => { handler: Handler; parameters: Record<string, string | undefined> } | undefined;

/** The server's paths. `address` tells where it listens, once it does. */
export function openRoutes(registry: ServerRegistry, settings: WatchSettings, address: () => string): Route {
  const router = createRouter({ ignoreTrailingSlash: true, maxParamLength: longestName });
  const add = (path: string, handler: Handler): void => router.on(methods, path, () => undefined, handler);
  for (const [path, handler] of Object.entries(metaRoutes(registry, address))) {
    add(path, (call, parameters) => {
      if (call.method !== 'GET') throw methodNotAllowed();
      return handler(call, parameters);
    });
  }
  const resources = resourceHandler(registry, settings);
  for (const path of resourcePaths) add(path, resources);
  return (method, path) => {
    const found = router.find(method as HTTPMethod, path);
    return found ? { handler: found.store as Handler, parameters: found.params } : undefined;
  };
}
