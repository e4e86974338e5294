import { defined } from '../core/defined.ts';
import { refOf, type ObjectRef } from '../core/objects.ts';
import { isOurs } from '../core/ownership.ts';
import { isReadyPod, podKind } from '../core/pods.ts';
import { openPages, type PodPages } from '../cluster/pods/pages.ts';
import { pagesOnce } from '../cluster/pods/pages-once.ts';
import type { TellingPod } from '../core/route/lag.ts';
import { snapshot } from '../core/reading/snapshot.ts';
import type { StatusResult, VersionStatus } from '../core/route/status-result.ts';
import { sameShares, shares, type Split } from '../core/weights/split.ts';
import { ShiftError } from '../errors.ts';
import { backendServices } from '../routing/backend-services.ts';
import type { Ingress } from '../routing/routing-api.ts';
import { selectorText } from '../routing/services.ts';
import { versionLabels } from '../routing/version-labels.ts';
import { readOpenConnections } from './gateways/open-connections.ts';
import { readProxies } from './gateways/weights.ts';
import type { Target } from './route/target.ts';
import { sessionOnce, sessionReading, type Session } from './session.ts';

/**
 * One screen about a route: where connections enter, where they go, and what the controllers and the proxies say of it.
 * What cannot be read of the address or the proxies is told in the result.
 * @throws ShiftError as the cluster's reads do
 */
export async function readStatus(target: Target, session: Session): Promise<StatusResult> {
  return oneLook(session, (pages) => statusOf(target, sessionOnce(session), pages));
}

/**
 * The same of many routes, in their order: objects are listed once a kind, and each proxy is asked once, however many routes there are.
 * @throws ShiftError as readStatus does
 */
export async function readStatuses(targets: readonly Target[], session: Session): Promise<StatusResult[]> {
  const shared = sessionReading(session, snapshot(session.cluster, 'all namespaces'));
  return oneLook(session, (pages) => Promise.all(targets.map((target) => statusOf(target, shared, pages))));
}

/** Looks at proxies as they are now: none is asked for the same page twice. */
async function oneLook<T>({ cluster, io }: Session, look: (pages: PodPages) => Promise<T>): Promise<T> {
  const pages = pagesOnce(openPages(cluster, io.signal));
  try {
    return await look(pages);
  } finally {
    pages.close();
  }
}

async function statusOf(target: Target, session: Session, pages: PodPages): Promise<StatusResult> {
  const { view, api } = target;
  const [ingress, versions, conditions, foreign, proxies] = await Promise.all([
    addressOf(target, session),
    versionStatuses(target, session),
    api.readiness(view, session.cluster),
    foreignObjects(target, session),
    gatewaysOf(target, session, pages),
  ]);
  return {
    context: session.cluster.context ?? null,
    server: session.cluster.server,
    route: view.ref,
    api: api.name,
    ...ingress,
    versions,
    conditions,
    ...proxies,
    foreign,
  };
}

/** The address, or in the same words as any error why there is none. */
async function addressOf(
  target: Target,
  { cluster }: Session,
): Promise<{ ingress: Ingress | null; ingressProblem?: string }> {
  try {
    return { ingress: await target.api.findIngress(target.view, cluster) };
  } catch (error) {
    if (!(error instanceof ShiftError)) throw error;
    return { ingress: null, ingressProblem: error.message };
  }
}

/** What each proxy has in force and holds open: one after the other, so that one connection to it is enough. */
async function gatewaysOf(target: Target, session: Session, pages: PodPages) {
  const proxies = await proxiesOf(target, session, pages);
  return { ...proxies, openConnections: (await readOpenConnections(target, session, { pages })) ?? null };
}

/** What each proxy has in force, or why that cannot be read here. */
async function proxiesOf(
  target: Target,
  session: Session,
  pages: PodPages,
): Promise<Pick<StatusResult, 'proxies' | 'proxiesProblem'>> {
  try {
    const proxies = await readProxies(target, session, { pages });
    return { proxies: proxies.map((proxy) => proxyStatus(proxy, target.view.split)) };
  } catch (error) {
    if (!(error instanceof ShiftError) || session.io.signal.aborted) throw error;
    return { proxies: null, proxiesProblem: error.message };
  }
}

function proxyStatus(
  { weights, updatedAt, refused, warming, ...proxy }: TellingPod,
  asked: Split,
): NonNullable<StatusResult['proxies']>[number] {
  return {
    ...proxy,
    weights,
    inForce: weights !== null && sameShares(weights, asked),
    ...(updatedAt !== undefined && { updatedAt: new Date(updatedAt).toISOString() }),
    ...(refused && { refused: refused.details }),
    ...(warming && { warming }),
  };
}

async function versionStatuses({ view }: Target, { cluster }: Session): Promise<VersionStatus[]> {
  const [labelsOf, shareOf] = [await versionLabels(view, cluster), shares(view.split)];
  const statuses = view.split.map(async ({ version, weight }): Promise<VersionStatus> => {
    const { service, namespace, port } = view.backends.get(version)!;
    const labels = labelsOf.get(version);
    const pods = labels ? await cluster.list(podKind, { namespace, labelSelector: selectorText(labels) }) : [];
    return {
      version,
      weight,
      share: shareOf.get(version)!,
      service,
      namespace,
      ...defined({ port }),
      readyPods: pods.filter(isReadyPod).length,
      pods: pods.length,
    };
  });
  return Promise.all(statuses);
}

/** The route and what it stands on, where tcpshift did not make it. */
async function foreignObjects({ view }: Target, { cluster }: Session): Promise<ObjectRef[]> {
  const objects = [view.object, ...(await backendServices(view, cluster))];
  return objects.filter((object) => !isOurs(object)).map(refOf);
}
