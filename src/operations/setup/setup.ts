import type { DryRun } from '../../core/dry-run.ts';
import { refOf } from '../../core/objects.ts';
import { readOnce } from '../../core/reading/once.ts';
import type { SetupResult } from '../../core/route/setup-result.ts';
import { setupManifests, type ManifestOptions } from '../../manifests/task-manifests.ts';
import { gatewayProblems, lookUp, preflight } from '../preflight.ts';
import type { Session } from '../session.ts';
import { applyAll, type ApplyAllOptions } from './apply-all.ts';
import { waitForReply } from './first-reply.ts';
import { recheck } from './recheck.ts';

export interface SetupOptions extends ApplyAllOptions {
  dryRun: DryRun;
  /** Longest wait for everything to be ready. */
  timeoutMs: number;
}

/**
 * Deploys the task's workloads and routes all connections to v1. A second run mends what is missing and moves no traffic.
 * @throws ShiftError with every reason why it would not succeed, before anything is written; template; and what a cluster can refuse
 */
export async function setup(wanted: ManifestOptions, options: SetupOptions, session: Session): Promise<SetupResult> {
  const { progress } = session;
  const { dryRun, timeoutMs } = options;
  const checking = progress.step('Checking the cluster');
  // What is decided on is what is written to: each object is read once, and the write says which state of it that was.
  const reader = readOnce(session.cluster);
  const { api, namespace, objects, kept } = await setupManifests(wanted, reader);
  const gateways = objects.filter(({ kind }) => kind === 'Gateway');
  const problems = await Promise.all(gateways.map((gateway) => gatewayProblems(api, gateway, reader)));
  const intended = await lookUp(objects, reader);
  await preflight(intended, problems.flat(), session);
  checking.done();

  const applied = await applyAll(intended, options, recheck(api, wanted.port), session);
  const route = applied.find(({ object }) => object.kind === api.routeKind)!.object;
  const target = { api, view: api.readRoute(route, wanted.port), namespace };
  return {
    namespace,
    api: api.name,
    dryRun,
    objects: applied.map(({ object, change }) => ({ ref: refOf(object), change })),
    ...(kept ? { kept } : {}),
    ...(dryRun === 'none' ? await waitForReply(target, timeoutMs, session) : {}),
  };
}
