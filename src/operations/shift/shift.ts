import type { DryRun } from '../../core/dry-run.ts';
import { fieldManager } from '../../cluster/cluster.ts';
import { sumUp, type Proofs } from '../../core/route/proof.ts';
import { versionChanges, type ShiftResult } from '../../core/route/shift-result.ts';
import { formatPercent, type Assignment } from '../../core/weights/assignments.ts';
import { isUnchanged, type WeightPlan } from '../../core/weights/plan.ts';
import { planRoute } from '../../routing/backends.ts';
import type { ProbeSpec } from '../probing/probe-spec.ts';
import { holdingRoute, type RouteLock } from '../route/lock.ts';
import type { Target } from '../route/target.ts';
import { writeWeights } from '../route/write-weights.ts';
import { sessionUntil, type Session } from '../session.ts';
import { prove, type Wait } from './prove.ts';

export interface ShiftOptions {
  /** The proof to wait for; where absent, the strongest that is to be had. */
  wait?: Wait | undefined;
  /** Longest wait for each proof; a minute where absent. */
  timeoutMs?: number;
  /** Field manager of the write. */
  manager?: string;
  /** Take the weights over from another manager that owns them. */
  force?: boolean;
  dryRun?: DryRun;
  /** How a connection tells its version; by tcp-echo's own prefixes where absent. */
  probe?: ProbeSpec;
  /** The route's lock, where the caller holds it over several changes; taken for this one where absent. */
  lock?: RouteLock;
}

const defaultTimeoutMs = 60_000;

/**
 * Moves shares of new connections between the versions of a route: decides once, and as the only one at work on the route writes and proves the weights.
 * Nothing is written, and no lock is taken, where the weights are so already.
 * @throws ShiftError usage: the assignments cannot be; locked, conflict: somebody else is at work on the route; rejected, timeout: written, but it does
 * not take hold; and what a cluster can refuse
 */
export async function shift(
  target: Target,
  assignments: readonly Assignment[],
  options: ShiftOptions,
  session: Session,
): Promise<ShiftResult> {
  const { dryRun = 'none', lock } = options;
  const plan = planRoute(target.view, assignments, target.api.limits);
  const changed = !isUnchanged(plan);
  const locked = (held: RouteLock): Promise<Proofs> => change(target, plan, options, sessionUntil(session, held.lost));
  const proofs = !changed
    ? {}
    : dryRun !== 'none'
      ? await tryOut(target, plan, options, session)
      : lock
        ? await locked(lock)
        : await holdingRoute(target, session, locked);
  return {
    route: target.view.ref,
    changed,
    dryRun,
    versions: versionChanges(target.view.split, plan.after),
    rounded: plan.rounded.map(({ version, asked, given }) => ({
      version,
      asked: formatPercent(asked),
      given: formatPercent(given),
    })),
    proof: sumUp(proofs),
  };
}

async function change(target: Target, plan: WeightPlan, options: ShiftOptions, session: Session): Promise<Proofs> {
  const { view, writtenAt } = await write(target, plan, options, session);
  const { wait, timeoutMs = defaultTimeoutMs, probe = {} } = options;
  return prove({ ...target, view }, { ...plan, writtenAt }, { wait, timeoutMs, probe }, session);
}

/** What the server says of the change without keeping it; a dry run on the client's side asks nobody. */
async function tryOut(target: Target, plan: WeightPlan, options: ShiftOptions, session: Session): Promise<Proofs> {
  if (options.dryRun === 'server') await write(target, plan, options, session);
  return {};
}

function write(target: Target, plan: WeightPlan, options: ShiftOptions, session: Session) {
  const { manager = fieldManager, force = false, dryRun } = options;
  return writeWeights(target, plan, { manager, force, ...(dryRun === 'server' && { dryRun }) }, session);
}
