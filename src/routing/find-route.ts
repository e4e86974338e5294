import { defaultRoute } from '../core/route/task.ts';
import type { KubeObject, Reader } from '../core/objects.ts';
import { ShiftError } from '../errors.ts';
import { allApis, type WantedApi } from './apis.ts';
import type { ApiChoice } from './choose-api.ts';
import { listRoutes, possibleApis } from './choose-api.ts';
import type { RouteView, RoutingApi } from './routing-api.ts';

export interface RouteSearch {
  namespace: string;
  /** As kubectl names objects: `tcproute/pg`, `virtualservices.networking.istio.io/pg`, `vs/pg`, or a bare name. */
  name?: string;
  api: WantedApi;
  /** The listener's port, where the route has rules for several. */
  port?: number;
}

export interface FoundRoute {
  view: RouteView;
  choice: ApiChoice;
}

interface RouteName {
  api: WantedApi;
  name: string;
}

function apiOfResource(resource: string): RoutingApi | undefined {
  const [kind = '', ...group] = resource.toLowerCase().split('.');
  const named = allApis.find(({ routeNames }) => routeNames.includes(kind));
  if (!named || group.length === 0) return named;
  const { group: own, kinds, routeKind } = named;
  const { versions } = kinds[routeKind]!;
  return [own, ...versions.map((version) => `${version}.${own}`)].includes(group.join('.')) ? named : undefined;
}

/** Reads a route's name as the user wrote it. @throws ShiftError usage: no kind of route, no name, or a kind of another API */
export function parseRouteName(text: string, wanted: WantedApi): RouteName {
  const [resource = '', name, ...more] = text.includes('/') ? text.split('/') : ['', text];
  const forms = allApis.map(({ routeNames }) => `${routeNames[0]}/NAME`);
  const hint = `name a route as NAME, ${forms.join(' or ')}`;
  if (!name || more.length > 0) throw new ShiftError('usage', `"${text}" does not name a route`, { hint });
  if (!text.includes('/')) return { api: wanted, name };
  const api = apiOfResource(resource)?.name;
  if (!api) throw new ShiftError('usage', `"${resource}" of "${text}" is no kind of TCP route`, { hint });
  if (wanted !== 'auto' && wanted !== api) {
    throw new ShiftError('usage', `"${text}" is not of --api ${wanted}`, {
      hint: `leave out --api, or use --api ${api}`,
    });
  }
  return { api, name };
}

/** The view of the route of this name, if the chosen API has one. @throws ShiftError forbidden: the user may not read it */
async function viewRoute(choice: ApiChoice, { namespace, port }: RouteSearch, name: string, reader: Reader) {
  const { api, apiVersion } = choice;
  const object = await reader.get({ apiVersion, kind: api.routeKind, namespace, name });
  return object && { view: api.readRoute(object, port), choice };
}

function label(route: KubeObject): string {
  return `${route.kind.toLowerCase()}/${route.metadata.name}`;
}

async function notFound(
  query: RouteSearch,
  wanted: RouteName,
  choices: ApiChoice[],
  reader: Reader,
): Promise<ShiftError> {
  const { namespace } = query;
  const routes = (await Promise.all(choices.map((choice) => listRoutes(choice, namespace, reader)))).flat();
  const kinds = choices.map(({ api }) => api.routeKind).join(' or ');
  const there = routes.length > 0 ? `; there is ${routes.map(label).join(', ')}` : ', nor any other';
  const ours = wanted.name === defaultRoute ? `create it: tcpshift setup -n ${namespace}` : 'check the namespace (-n)';
  return new ShiftError('notFound', `no ${kinds} ${wanted.name} in namespace ${namespace}${there}`, {
    hint: routes.length > 0 ? `name one of them: ${label(routes[0]!)}` : ours,
  });
}

/**
 * The route that a command is about, and the API that it is of. A bare name is looked for in both APIs, the preferred one first.
 * @throws ShiftError usage: see parseRouteName and RoutingApi.readRoute; cluster: see possibleApis; notFound: lists what is there;
 * forbidden: it may be where the user may not look
 */
export async function findRoute(reader: Reader, query: RouteSearch): Promise<FoundRoute> {
  const wanted = parseRouteName(query.name ?? defaultRoute, query.api);
  const [first, ...others] = await possibleApis(wanted.api, reader);
  const why = `namespace ${query.namespace} has no ${first.api.routeKind} of this name`;
  let refusal: unknown;
  for (const choice of [first, ...others.map((other) => ({ ...other, why }))]) {
    try {
      const found = await viewRoute(choice, query, wanted.name, reader);
      if (found) return found;
    } catch (error) {
      if (!(error instanceof ShiftError) || error.kind !== 'forbidden') throw error;
      refusal ??= error;
    }
  }
  throw refusal ?? (await notFound(query, wanted, [first, ...others], reader));
}
