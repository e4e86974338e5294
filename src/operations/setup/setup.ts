import type { DryRun } from '../../core/dry-run.ts';
import { refOf } from '../../core/objects.ts';
import type { SetupResult } from '../../core/route/setup-result.ts';
import { setupManifests, type ManifestOptions } from '../../manifests/task-manifests.ts';
import { gatewayProblems, preflight } from '../preflight.ts';
import type { Session } from '../session.ts';
import { applyAll, type ApplyAllOptions } from './apply-all.ts';
import { waitForReply } from './first-reply.ts';

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
  const { cluster, progress } = session;
  const { dryRun, timeoutMs } = options;
  const checking = progress.step('Checking the cluster');
  const { api, namespace, objects, kept } = await setupManifests(wanted, cluster);
  const gateways = objects.filter(({ kind }) => kind === 'Gateway');
  const problems = await Promise.all(gateways.map((gateway) => gatewayProblems(api, gateway, cluster)));
  await preflight(objects, problems.flat(), session);
  checking.done();

  const applied = await applyAll(objects, options, session);
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
