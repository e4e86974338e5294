import { fieldManager } from '../../cluster/cluster.ts';
import { openPages, type PodPages } from '../../cluster/pods/pages.ts';
import type { DryRun } from '../../core/dry-run.ts';
import { refText } from '../../core/objects.ts';
import type { Proof } from '../../core/route/proof.ts';
import type { ShiftResult } from '../../core/route/shift-result.ts';
import type { Assignment } from '../../core/weights/assignments.ts';
import { sameWeights, type WeightPlan } from '../../core/weights/plan.ts';
import { sameShares, splitText } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import { momentOf } from '../../io.ts';
import { planRoute } from '../../routing/backends.ts';
import type { ProbeSpec } from '../probing/probe-spec.ts';
import { holdingRoute, type RouteLock } from '../route/lock.ts';
import type { Target } from '../route/target.ts';
import { writeWeights } from '../route/write-weights.ts';
import { sessionOnce, sessionUntil, type Session } from '../session.ts';
import { lookBefore } from './before-write.ts';
import { openWatch, type ConnectionWatch } from './connection-watch.ts';
import { courseOf, type Course } from './course.ts';
import { notToBeHad, orLacking, type Wait } from './proof.ts';
import { prove, type HeldWeights } from './prove.ts';

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
  /** Write the weights also where the route has the same shares in other numbers. */
  normalize?: boolean;
  /** Give more to versions that have no ready endpoint, too. */
  allowUnready?: boolean;
  /** The most open connections that the change may close; any number where absent. */
  maxOpen?: number | undefined;
  /** How a connection tells its version; by tcp-echo's own prefixes where absent. */
  probe?: ProbeSpec;
  /** The route's lock, where the caller holds it over several changes; taken for this one where absent. */
  lock?: RouteLock;
}

const defaultTimeoutMs = 60_000;

/**
 * Moves shares of new connections between the versions of a route: decides once, and as the only one at work on the route looks, writes and proves the
 * weights. Where the route has these shares already nothing is written and no lock is taken, but what is asked to be proved is proved all the same.
 * @throws ShiftError before anything is written — usage: the assignments cannot be; locked, conflict: somebody else is at work on the route; notFound: a
 * version that is to get more has no ready endpoint; rejected: it would close more connections than allowed; and what a cluster can refuse
 * @throws UnprovedShift once the route has the weights: they are not proved as asked
 */
export async function shift(
  target: Target,
  assignments: readonly Assignment[],
  options: ShiftOptions,
  session: Session,
): Promise<ShiftResult> {
  const { dryRun = 'none', normalize = false } = options;
  const plan = planRoute(target.view, assignments, target.api.limits);
  const isDone = normalize ? sameWeights(plan.before, plan.after) : sameShares(plan.before, plan.after);
  const course = courseOf(target, plan, { changed: !isDone, dryRun });
  // A dry run on the client's side asks nobody.
  if (dryRun === 'client') return course.result();
  const pages = openPages(session.cluster, session.io.signal);
  const run: Run = { options, course, session, pages };
  try {
    if (!isDone) await change(target, plan, run);
    else if (dryRun === 'none')
      await proveHeld(target, { split: plan.before, since: momentOf(session.io.clock), pages }, run);
  } finally {
    pages.close();
  }
  return course.result();
}

interface Run {
  options: ShiftOptions;
  course: Course;
  session: Session;
  /** Pages of the gateways' proxies. */
  pages: PodPages;
}

/** As the only one at work on the route looks, writes and proves; a dry run on the server's side needs no lock. */
async function change(target: Target, plan: WeightPlan, run: Run): Promise<void> {
  const { options, course, session } = run;
  if (options.dryRun === 'server') {
    course.closing(await lookBefore(target, plan, options, { ...run, session: sessionOnce(session), again: session }));
    await write(target, plan, options, session);
  } else if (options.lock) await changeLocked(target, plan, run, options.lock);
  else await holdingRoute(target, session, (lock) => changeLocked(target, plan, run, lock));
}

async function changeLocked(target: Target, plan: WeightPlan, run: Run, lock: RouteLock): Promise<void> {
  const { options, course, pages } = run;
  const session = sessionUntil(run.session, lock.lost);
  const over = new AbortController();
  // The look and the first connections see the cluster as it is at one moment.
  const looking = sessionOnce(sessionUntil(session, over.signal));
  try {
    course.closing(await lookBefore(target, plan, options, { session: looking, again: session, pages }));
    const watching = await openComparison(target, plan, options, looking);
    const watch = watching && 'had' in watching ? watching.had : undefined;
    if (watch) course.watching(() => watch.watched());
    const { view, since } = await write(target, plan, options, session);
    watch?.written(since.epochMs);
    // Said before its proof, which may take long and be ended; where none is waited for, the report follows at once.
    if (options.wait !== 'none') session.progress.note(`${refText(view.ref)} has ${splitText(plan.after)} now`);
    const weights = { split: plan.after, since, pages, ...(watching && { before: plan.before, watching }) };
    await proveHeld({ ...target, view }, weights, { ...run, session });
  } finally {
    over.abort();
  }
}

/** Connections that are to show the change, with some from before it; undefined where none are wanted. */
async function openComparison(
  target: Target,
  plan: WeightPlan,
  { wait, probe = {} }: ShiftOptions,
  session: Session,
): Promise<Proof<ConnectionWatch> | undefined> {
  // No connection tells equal shares apart.
  if ((wait !== undefined && wait !== 'observed') || sameShares(plan.before, plan.after)) return undefined;
  const insists = wait === 'observed';
  return orLacking(insists ? [] : notToBeHad, async () => {
    const watch = await openWatch(target, plan, { probe, insists }, session);
    await watch.compared();
    return watch;
  });
}

/** Proves weights that the route has, and adds each proof to the course. @throws UnprovedShift */
async function proveHeld(target: Target, weights: HeldWeights, { options, course, session }: Run): Promise<void> {
  const { wait, timeoutMs = defaultTimeoutMs, probe = {} } = options;
  try {
    // A write that was found done after all may have come after the end was asked for.
    session.io.signal.throwIfAborted();
    for await (const proof of prove(target, weights, { wait, timeoutMs, probe }, session)) course.add(proof);
  } catch (error) {
    if (!(error instanceof ShiftError))
      session.progress.warn(`${target.view.ref.name} has ${splitText(weights.split)}`);
    throw course.unproved(error);
  }
}

function write(target: Target, plan: WeightPlan, options: ShiftOptions, session: Session) {
  const { manager = fieldManager, force = false, dryRun } = options;
  return writeWeights(target, plan, { manager, force, ...(dryRun === 'server' && { dryRun }) }, session);
}
