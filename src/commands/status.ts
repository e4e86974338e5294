import { refOf, type KubeObject, type ObjectRef } from '../core/objects.ts';
import { isReadyPod } from '../core/pods.ts';
import { sameShares, shares, type Split } from '../core/weights/split.ts';
import { exitCodes, ShiftError, type ExitCode } from '../errors.ts';
import type { CommandContext } from './context.ts';
import { emit } from '../report/emit.ts';
import { statusLines } from '../report/status.ts';
import type { StatusResult, VersionStatus } from '../core/route/status-result.ts';
import type { Ingress } from '../routing/routing-api.ts';
import { isOurs } from '../core/ownership.ts';
import { podKind, selectorText } from '../routing/services.ts';
import { readProxies } from '../operations/gateways/weights.ts';
import { backendLabels } from '../routing/reply-versions.ts';
import { openSession, openTarget, type TargetOptions } from './session.ts';
import type { Session } from '../operations/session.ts';
import type { Target } from '../operations/route/target.ts';

/** One screen about a route: where connections enter, where they go, and what the controllers say of it. */
export async function status(options: TargetOptions & { output: string }, { io }: CommandContext): Promise<ExitCode> {
  const session = await openSession(options, io);
  const target = await openTarget(options, session);
  const [ingress, versions, conditions, foreign, proxies] = await Promise.all([
    addressOf(target, session),
    Promise.all(
      [...shares(target.view.split)].map(([version, share]) => versionStatus(target, session, { version, share })),
    ),
    target.api.readiness(target.view, session.cluster),
    foreignObjects(target, session),
    proxiesOf(target, session),
  ]);
  const report: StatusResult = {
    context: session.cluster.context ?? null,
    server: session.cluster.server,
    route: target.view.ref,
    api: target.api.name,
    ...ingress,
    versions,
    conditions,
    ...proxies,
    foreign,
  };
  emit(io, options.output, { kind: 'Status', body: report, lines: statusLines(report) });
  return exitCodes.ok;
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

/** What each proxy has in force, or why that cannot be read here. */
async function proxiesOf(target: Target, session: Session): Promise<Pick<StatusResult, 'proxies' | 'proxiesProblem'>> {
  try {
    const proxies = await readProxies(target, session);
    const inForce = (weights: Split | null): boolean => weights !== null && sameShares(weights, target.view.split);
    return { proxies: proxies.map((proxy) => ({ ...proxy, inForce: inForce(proxy.weights) })) };
  } catch (error) {
    if (!(error instanceof ShiftError) || session.io.signal.aborted) throw error;
    return { proxies: null, proxiesProblem: error.message };
  }
}

async function versionStatus(
  { view }: Target,
  { cluster }: Session,
  { version, share }: { version: string; share: number },
): Promise<VersionStatus> {
  const backend = view.backends.get(version)!;
  const { weight } = view.split.find((each) => each.version === version)!;
  const labels = await backendLabels(backend, cluster);
  const { namespace } = backend;
  const pods = labels ? await cluster.list(podKind, { namespace, labelSelector: selectorText(labels) }) : [];
  return {
    version,
    weight,
    share,
    service: backend.service,
    ...(backend.port === undefined ? {} : { port: backend.port }),
    readyPods: pods.filter(isReadyPod).length,
    pods: pods.length,
  };
}

/** The route and what it stands on, where tcpshift did not make it. */
async function foreignObjects({ view, namespace }: Target, { cluster }: Session): Promise<ObjectRef[]> {
  const services = [...new Set([...view.backends.values()].map(({ service }) => service))];
  const found = await Promise.all(
    services.map((name) => cluster.get({ apiVersion: 'v1', kind: 'Service', name, namespace })),
  );
  const objects = [view.object, ...found.filter((object): object is KubeObject => object !== undefined)];
  return objects.filter((object) => !isOurs(object)).map(refOf);
}
