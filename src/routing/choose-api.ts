import type { KubeObject, Reader } from '../core/objects.ts';
import { ShiftError } from '../errors.ts';
import { allApis, meantApi, routingApis, type WantedApi } from './apis.ts';
import { ifPermitted } from './permitted.ts';
import type { RoutingApi } from './routing-api.ts';

/** A routing API that was settled on, with the apiVersion to write each of its kinds in. */
export interface ApiChoice {
  api: RoutingApi;
  /** The route's. */
  apiVersion: string;
  /** Each kind's. */
  apiVersions: Readonly<Record<string, string>>;
  /** The reason, for people: `the cluster serves both; …`. */
  why: string;
}

function choiceOf(api: RoutingApi, versions: Readonly<Record<string, string>>, why: string): ApiChoice {
  const { group, routeKind } = api;
  const apiVersions = Object.fromEntries(
    Object.entries(versions).map(([kind, version]) => [kind, `${group}/${version}`]),
  );
  return { api, apiVersion: apiVersions[routeKind]!, apiVersions, why };
}

/** The newest apiVersions of an API, for manifests that are made without a cluster. */
export function newestVersions(wanted: WantedApi): ApiChoice {
  const api = meantApi(wanted);
  const newest = Object.entries(api.kinds).map(([kind, { versions }]) => [kind, versions[0]!]);
  return choiceOf(api, Object.fromEntries(newest), 'no cluster was asked');
}

/** What a cluster serves of an API: the version to write each kind in, and the kinds that it lacks. */
interface Served {
  api: RoutingApi;
  versions: Record<string, string>;
  missing: string[];
}

async function servedOf(api: RoutingApi, reader: Reader): Promise<Served> {
  const served: Served = { api, versions: {}, missing: [] };
  for (const [kind, { versions }] of Object.entries(api.kinds)) {
    const there = await reader.servedVersions(api.group, kind);
    const best = versions.find((version) => there.includes(version));
    if (best !== undefined) served.versions[kind] = best;
    else served.missing.push(there.length === 0 ? kind : `${kind} (it has ${there.join(', ')} only)`);
  }
  return served;
}

function missingError(served: readonly Served[]): ShiftError {
  const parts = served.map(({ api, missing }) => `${missing.join(', ')} of ${api.group}`);
  return new ShiftError('cluster', `the cluster does not serve ${parts.join(', nor ')}`, {
    hint: served[0]!.api.howToGet,
  });
}

/** Routes of an API that shift TCP in a namespace; none where the user may not list them. */
export async function listRoutes(choice: ApiChoice, namespace: string, reader: Reader): Promise<KubeObject[]> {
  const { api, apiVersion } = choice;
  const kind = { apiVersion, kind: api.routeKind };
  const objects = (await ifPermitted(reader.list(kind, { namespace }))) ?? [];
  return objects.filter((object) => api.isTcpRoute(object));
}

/**
 * The routing APIs that can be used here, the preferred one first: all that the cluster serves whole, or the wanted one.
 * @throws ShiftError cluster: kinds are missing; names them, and how to get them
 */
export async function possibleApis(wanted: WantedApi, reader: Reader): Promise<[ApiChoice, ...ApiChoice[]]> {
  const candidates = wanted === 'auto' ? allApis : [routingApis[wanted]];
  const served = await Promise.all(candidates.map((api) => servedOf(api, reader)));
  const whole = served.filter(({ missing }) => missing.length === 0);
  const alone = wanted === 'auto' ? 'the cluster serves no other routing API' : `--api ${wanted}`;
  const why =
    whole.length === 1 ? alone : `both routing APIs are possible; use --api ${whole[1]?.api.name} for the other`;
  const [first, ...more] = whole.map(({ api, versions }) => choiceOf(api, versions, why));
  if (first === undefined) throw missingError(served);
  return [first, ...more];
}

/**
 * The routing API to use: the wanted one, or for `auto` what the cluster serves and the namespace already uses; Gateway API where
 * both are possible.
 * @throws ShiftError cluster: see possibleApis
 */
export async function chooseApi(wanted: WantedApi, reader: Reader, namespace: string): Promise<ApiChoice> {
  const choices = await possibleApis(wanted, reader);
  if (choices.length === 1) return choices[0];
  const routes = await Promise.all(choices.map((choice) => listRoutes(choice, namespace, reader)));
  const [used, ...more] = choices.filter((_, index) => routes[index]!.length > 0);
  if (used === undefined || more.length > 0) return choices[0];
  return { ...used, why: `namespace ${namespace} already has a ${used.api.routeKind}` };
}
