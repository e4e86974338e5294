import { parseAssignments } from '../core/weights/assignments.ts';
import { isOurs } from '../core/ownership.ts';
import type { KubeObject, ObjectRef, Reader } from '../core/objects.ts';
import type { Split } from '../core/weights/split.ts';
import { planWeights } from '../core/weights/plan.ts';
import { ShiftError } from '../errors.ts';
import { meantApi, type WantedApi } from '../routing/apis.ts';
import { chooseApi, newestVersions, type ApiChoice } from '../routing/choose-api.ts';
import { defaultRoute, taskNamespace } from '../core/route/task.ts';
import type { RoutingApi } from '../routing/routing-api.ts';
import { renderRoute, renderSetup, taskVersions, type SetupValues } from './templates.ts';

/** What the manifests depend on, as options of `setup`, `render` and `diff`. */
export interface ManifestOptions {
  /** The task's own where absent. */
  namespace?: string;
  api: WantedApi;
  port: number;
  client: boolean;
  inject?: boolean;
  gatewayClass: string;
  imageRegistry?: string;
  templates?: string;
}

export interface OfflineOptions extends ManifestOptions {
  /** `setup`, or `weight` with its shares; setup where empty. */
  what: string[];
  allTo?: string;
  /** The version of the route's kind, such as `v1alpha2`. */
  routeVersion?: string;
}

/** The objects of a set-up, in the order in which they are applied. */
export interface Manifests {
  api: RoutingApi;
  namespace: string;
  objects: KubeObject[];
  /** The weights of a route that is there already, which the manifests keep. */
  kept: Split | undefined;
}

function valuesOf(options: ManifestOptions, choice: ApiChoice, split: Split): SetupValues {
  const { namespace = taskNamespace, port, client, inject = false, gatewayClass, imageRegistry } = options;
  const weights = new Map(split.map(({ version, weight }) => [version, weight]));
  return {
    api: choice.api.name,
    apiVersions: choice.apiVersions,
    namespace,
    port,
    versions: taskVersions.map((version) => ({ ...version, weight: weights.get(version.name) ?? 0 })),
    gatewayClass,
    inject,
    client,
    imageRegistry,
  };
}

const taskSplit: Split = taskVersions.map(({ name, weight }) => ({ version: name, weight }));

/** The manifests for this cluster: its served versions, and the weights that the route has if tcpshift made it before. */
export async function setupManifests(options: ManifestOptions, cluster: Reader): Promise<Manifests> {
  const namespace = options.namespace ?? taskNamespace;
  const choice = await chooseApi(options.api, cluster, namespace);
  const { api, apiVersion } = choice;
  const ref = { apiVersion, kind: api.routeKind, name: defaultRoute, namespace };
  const route = await cluster.get(ref);
  const kept = route && isOurs(route) ? api.readRoute(route, options.port).split : undefined;
  const values = valuesOf(options, choice, kept ?? taskSplit);
  const documents = await renderSetup(values, { templatesDir: options.templates });
  const objects = documents.map(({ object }) => object);
  refuseWithoutRoute(objects, ref, options);
  return { api, namespace, objects, kept };
}

/** The user's own templates may make anything, but the commands to come are about one route. @throws ShiftError template */
function refuseWithoutRoute(
  objects: readonly KubeObject[],
  { kind, name, namespace }: ObjectRef,
  options: ManifestOptions,
): void {
  if (
    objects.some(
      ({ kind: own, metadata }) => own === kind && metadata.name === name && metadata.namespace === namespace,
    )
  )
    return;
  const made = `makes no ${kind} ${name} in namespace ${namespace}`;
  throw new ShiftError('template', `--templates ${options.templates} ${made}`, {
    hint: `let one of its files make it, or leave out --templates`,
  });
}

/** The manifests without asking a cluster, in the newest versions or the one that was asked for. */
export async function offlineManifests(options: OfflineOptions): Promise<KubeObject[]> {
  const choice = versionedChoice(newestVersions(options.api), options.routeVersion);
  const [what = 'setup', ...words] = options.what;
  const documents =
    what === 'setup'
      ? await renderSetup(valuesOf(options, choice, taskSplit), { templatesDir: options.templates })
      : await renderRoute(valuesOf(options, choice, shifted(what, words, options)), {
          templatesDir: options.templates,
        });
  return documents.map(({ object }) => object);
}

function shifted(what: string, words: readonly string[], { allTo, api }: OfflineOptions): Split {
  if (what !== 'weight') {
    throw new ShiftError('usage', `"${what}" is neither setup nor weight`, {
      hint: 'say which, for example: tcpshift render weight v2=20',
    });
  }
  return planWeights(taskSplit, parseAssignments(words, allTo), meantApi(api).limits).after;
}

function versionedChoice(choice: ApiChoice, version: string | undefined): ApiChoice {
  if (version === undefined) return choice;
  const { group, kinds, routeKind, kindsShareVersion } = choice.api;
  const { versions } = kinds[routeKind]!;
  if (!versions.includes(version)) {
    throw new ShiftError(
      'usage',
      `${routeKind} has no version ${version} that tcpshift can write; it has ${versions.join(', ')}`,
      { hint: `choose one of them, for example: --route-version ${versions[0]}` },
    );
  }
  const apiVersion = `${group}/${version}`;
  const moving = kindsShareVersion ? Object.keys(kinds) : [routeKind];
  const moved = Object.fromEntries(moving.map((kind) => [kind, apiVersion]));
  return { ...choice, apiVersion, apiVersions: { ...choice.apiVersions, ...moved } };
}
