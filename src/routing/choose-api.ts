import type { KubeObject, Reader } from '../core/objects.ts';
import { ShiftError } from '../errors.ts';
import { routingApis } from './apis.ts';
import type { RoutingApiName } from './routing-api.ts';

export type WantedApi = 'auto' | RoutingApiName;

/** A routing API, with the apiVersion to write each of its kinds in. */
export interface ChosenApi {
  api: RoutingApiName;
  /** The route's. */
  apiVersion: string;
  apiVersions: Readonly<Record<string, string>>;
  /** The reason, for people: `the cluster serves both; …`. */
  why: string;
}

/** Kinds that the task needs of each API, the route's last, with the versions that tcpshift can write, best first. */
const kindsOf: Readonly<Record<RoutingApiName, Readonly<Record<string, readonly string[]>>>> = {
  'gateway-api': { Gateway: ['v1', 'v1beta1'], TCPRoute: routingApis['gateway-api'].versions },
  istio: {
    Gateway: routingApis.istio.versions,
    DestinationRule: routingApis.istio.versions,
    VirtualService: routingApis.istio.versions,
  },
};

const howToGet: Readonly<Record<RoutingApiName, string>> = {
  'gateway-api':
    'install them: kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.0/experimental-install.yaml',
  istio: 'install Istio, for example: istioctl install --set profile=demo',
};

function chosen(api: RoutingApiName, versions: Readonly<Record<string, string>>, why: string): ChosenApi {
  const { group, routeKind } = routingApis[api];
  const apiVersions = Object.fromEntries(
    Object.entries(versions).map(([kind, version]) => [kind, `${group}/${version}`]),
  );
  return { api, apiVersion: apiVersions[routeKind]!, apiVersions, why };
}

/** The newest apiVersions of an API, for manifests that are made without a cluster. */
export function newestVersions(api: RoutingApiName): ChosenApi {
  const newest = Object.entries(kindsOf[api]).map(([kind, [version]]) => [kind, version!]);
  return chosen(api, Object.fromEntries(newest), 'no cluster was asked');
}

/** What a cluster serves of an API: the version to write each kind in, and the kinds that it lacks. */
interface Served {
  api: RoutingApiName;
  versions: Record<string, string>;
  missing: string[];
}

async function servedOf(api: RoutingApiName, reader: Reader): Promise<Served> {
  const { group } = routingApis[api];
  const served: Served = { api, versions: {}, missing: [] };
  for (const [kind, writable] of Object.entries(kindsOf[api])) {
    const there = await reader.servedVersions(group, kind);
    const best = writable.find((version) => there.includes(version));
    if (best !== undefined) served.versions[kind] = best;
    else served.missing.push(there.length === 0 ? kind : `${kind} (it has ${there.join(', ')} only)`);
  }
  return served;
}

function missingError(served: readonly Served[]): ShiftError {
  const parts = served.map(({ api, missing }) => `${missing.join(', ')} of ${routingApis[api].group}`);
  return new ShiftError('cluster', `the cluster does not serve ${parts.join(', nor ')}`, {
    hint: howToGet[served[0]!.api],
  });
}

/** Routes of an API that shift TCP in a namespace; none where the user may not list them. */
export async function listRoutes(choice: ChosenApi, namespace: string, reader: Reader): Promise<KubeObject[]> {
  const { routeKind } = routingApis[choice.api];
  try {
    const routes = await reader.list({ apiVersion: choice.apiVersion, kind: routeKind }, { namespace });
    return choice.api === 'istio' ? routes.filter((route) => (route.spec?.tcp ?? []).length > 0) : routes;
  } catch (error) {
    if (error instanceof ShiftError && error.kind === 'forbidden') return [];
    throw error;
  }
}

/**
 * The routing APIs that can be used here, the preferred one first: all that the cluster serves whole, or the wanted one.
 * @throws ShiftError cluster: kinds are missing; names them, and how to get them
 */
export async function possibleApis(wanted: WantedApi, reader: Reader): Promise<[ChosenApi, ...ChosenApi[]]> {
  const candidates: RoutingApiName[] = wanted === 'auto' ? ['gateway-api', 'istio'] : [wanted];
  const served = await Promise.all(candidates.map((api) => servedOf(api, reader)));
  const whole = served.filter(({ missing }) => missing.length === 0);
  const alone = wanted === 'auto' ? 'the cluster serves no other routing API' : `--api ${wanted}`;
  const why = whole.length === 1 ? alone : 'both routing APIs are possible; use --api istio for the other';
  const [first, ...more] = whole.map(({ api, versions }) => chosen(api, versions, why));
  if (first === undefined) throw missingError(served);
  return [first, ...more];
}

/**
 * The routing API to use: the wanted one, or for `auto` what the cluster serves and the namespace already uses; Gateway API where
 * both are possible.
 * @throws ShiftError cluster: see possibleApis
 */
export async function chooseApi(wanted: WantedApi, reader: Reader, namespace: string): Promise<ChosenApi> {
  const choices = await possibleApis(wanted, reader);
  if (choices.length === 1) return choices[0];
  const routes = await Promise.all(choices.map((choice) => listRoutes(choice, namespace, reader)));
  const [used, ...more] = choices.filter((_, index) => routes[index]!.length > 0);
  if (used === undefined || more.length > 0) return choices[0];
  return { ...used, why: `namespace ${namespace} already has a ${routingApis[used.api].routeKind}` };
}
