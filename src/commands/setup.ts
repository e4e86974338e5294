import type { Applied, DryRun } from '../cluster/cluster.ts';
import { refOf, type KubeObject } from '../core/objects.ts';
import { isRolledOut } from '../core/pods.ts';
import { shares } from '../core/weights/split.ts';
import { exitCodes, ShiftError, type ExitCode } from '../errors.ts';
import type { CommandContext } from './context.ts';
import { emit } from '../report/emit.ts';
import { setupLines, type FirstReply, type SetupReport } from '../report/setup.ts';
import type { Exchange } from '../probe/probe.ts';
import { gatewayProblems } from '../routing/gateway-check.ts';
import type { Readiness } from '../core/route/readiness.ts';
import { needExchange } from '../operations/probing/probe-spec.ts';
import { setupManifests, type ManifestOptions } from '../manifests/task-manifests.ts';
import { isOurs } from '../core/ownership.ts';
import { preflight } from '../operations/preflight.ts';
import { waitReady } from '../operations/route/readiness.ts';
import { openSession, type GlobalOptions } from './session.ts';
import type { Session } from '../operations/session.ts';
import { statusCommand, type Target } from '../operations/route/target.ts';
import { openVantage } from '../operations/probing/vantage.ts';

export interface SetupOptions extends GlobalOptions, ManifestOptions {
  output: string;
  dryRun: DryRun;
  fieldManager: string;
  forceConflicts?: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** Deploys the task's workloads and routes all connections to v1. A second run mends what is missing and moves no traffic. */
export async function setup(options: SetupOptions, { io }: CommandContext): Promise<ExitCode> {
  const session = await openSession(options, io);
  const checking = session.progress.step('Checking the cluster');
  const { api, namespace, objects, kept } = await setupManifests(options, session.cluster);
  const gateways = objects.filter(({ kind }) => kind === 'Gateway');
  const problems = await Promise.all(gateways.map((gateway) => gatewayProblems(api.name, gateway, session.cluster)));
  await preflight(objects, problems.flat(), session);
  checking.done();

  const applied = await applyAll(objects, options, session);
  const report: SetupReport = {
    namespace,
    api: api.name,
    dryRun: options.dryRun,
    objects: applied.map(({ object, change }) => ({ ref: refOf(object), change })),
    ...(kept ? { kept } : {}),
  };
  const route = applied.find(({ object }) => object.kind === api.routeKind)!.object;
  if (options.dryRun === 'none') {
    Object.assign(
      report,
      await waitForReply({ api, view: api.readRoute(route, options.port), namespace }, options, session),
    );
  }
  emit(io, options.output, { kind: 'Setup', body: report, lines: setupLines(report) });
  return exitCodes.ok;
}

async function applyAll(
  objects: readonly KubeObject[],
  options: SetupOptions,
  { cluster, progress }: Session,
): Promise<Applied[]> {
  const { dryRun, fieldManager: manager, forceConflicts: force = false } = options;
  const step = progress.step('Applying the manifests');
  const applied: Applied[] = [];
  for (const object of objects) {
    const before = object.kind === 'Namespace' || dryRun !== 'none' ? await cluster.get(refOf(object)) : undefined;
    const foreign = before !== undefined && !isOurs(before);
    // On the server, a dry run of an object in a namespace that does not exist yet is refused.
    const asIf = dryRun === 'client' || (dryRun === 'server' && before === undefined);
    if (foreign) applied.push({ object: before, change: 'unchanged' });
    else if (asIf) applied.push({ object, change: before ? 'configured' : 'created' });
    else applied.push(await cluster.apply(object, { manager, force, dryRun }));
  }
  step.done();
  return applied;
}

/** How long a new Gateway is given to get an address, in milliseconds. */
const addressPatienceMs = 10_000;

/** Waits for the deployments, the route's conditions, and the first reply of the version that gets the connections. */
async function waitForReply(
  target: Target,
  options: SetupOptions,
  session: Session,
): Promise<{ conditions: Readiness[]; firstReply: FirstReply }> {
  const { cluster, progress, io } = session;
  const deadline = io.clock.monotonic() + options.timeout;
  const left = (): number => Math.max(1, deadline - io.clock.monotonic());
  const deployments = await cluster.list(
    { apiVersion: 'apps/v1', kind: 'Deployment' },
    { namespace: target.namespace },
  );
  const rolling = progress.step('Waiting for the deployments');
  await Promise.all(
    deployments.filter(isOurs).map((each) =>
      cluster.waitFor(refOf(each), (now) => now !== undefined && isRolledOut(now), {
        timeoutMs: left(),
        signal: io.signal,
      }),
    ),
  );
  rolling.done();

  const accepting = progress.step('Waiting for the route and its gateway');
  const conditions = await waitReady(target, session, {
    timeoutMs: left(),
    addressMs: addressPatienceMs,
    hint: ({ reason }) =>
      reason === 'AddressNotUsable' || reason === 'PortUnavailable'
        ? 'choose another port with --port'
        : statusCommand(target),
  });
  accepting.done();

  const replying = progress.step('Waiting for the first reply through the gateway');
  const firstReply = await awaitReply(target, session, { timeoutMs: left() });
  replying.done();
  return { conditions, firstReply };
}

/** Between two connections that wait for the gateway. */
const retryMs = 100;

/** The first reply of a version that is to get connections. @throws ShiftError unreachable */
async function awaitReply(target: Target, session: Session, { timeoutMs }: { timeoutMs: number }): Promise<FirstReply> {
  const { clock, signal } = session.io;
  const deadline = clock.monotonic() + timeoutMs;
  const exchange = await needExchange({ timeoutMs: Math.min(timeoutMs, 2000) }, target, session);
  for (;;) {
    const found = await oneReply(target, exchange, session);
    if (!(found instanceof ShiftError)) return found;
    if (clock.monotonic() >= deadline) throw found;
    await clock.sleep(retryMs, signal);
  }
}

/** The reply to one connection, from the place that reaches the gateway by now; or why there is none. */
async function oneReply(target: Target, exchange: Exchange, session: Session): Promise<FirstReply | ShiftError> {
  const wanted = shares(target.view.split);
  try {
    const vantage = await openVantage({}, target, session);
    const { from, address } = vantage;
    const one = { count: 1, intervalMs: 0, concurrency: 1 };
    let last = 'no answer';
    for await (const { version, reply, outcome } of vantage.samples(one, exchange)) {
      if (version !== null && wanted.get(version)! > 0) return { version, reply: reply!, from, address };
      last = version ?? outcome;
    }
    const message = `no reply through ${address}: the last connection ended in ${last}`;
    return new ShiftError('unreachable', message, { hint: statusCommand(target) });
  } catch (error) {
    if (error instanceof ShiftError && error.kind === 'unreachable') return error;
    throw error;
  }
}
