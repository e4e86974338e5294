import type { DryRun } from '../cluster/cluster.ts';
import { formatPercent, parseAssignments } from '../core/assignments.ts';
import { exitCodes, ShiftError, type ExitCode } from '../errors.ts';
import type { WeightPlan } from '../core/weight-plan.ts';
import type { ProgramContext } from '../program.ts';
import { emit } from '../report/emit.ts';
import { versionChanges, weightLines, type WeightReport } from '../report/weight.ts';
import { planRoute } from '../routing/backends.ts';
import type { RouteView } from '../routing/routing-api.ts';
import { needExchange, type ExchangeOptions } from './exchange.ts';
import { observeChange } from './proof.ts';
import { waitReady } from './ready.ts';
import { holdingRoute } from './route-lock.ts';
import { openSession, type GlobalOptions, type Session } from './session.ts';
import { findTarget, statusCommand, type Target } from './target.ts';
import { openVantage } from './vantage.ts';
import { readWeightArguments } from './weight-arguments.ts';
import { writeWeights, type WrittenWeights } from './write-weights.ts';

type Proof = 'none' | 'accepted' | 'observed';

export interface WeightOptions extends GlobalOptions, ExchangeOptions {
  args: string[];
  allTo?: string;
  listenerPort?: number;
  wait?: Proof;
  output: 'text' | 'json' | 'yaml';
  dryRun: DryRun;
  fieldManager: string;
  forceConflicts?: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** Moves shares of new connections between the versions of a route. */
export async function weight(options: WeightOptions, { io }: ProgramContext): Promise<ExitCode> {
  const { route, words } = readWeightArguments(options.args);
  const assignments = parseAssignments(words, options.allTo);
  const session = await openSession(options, io);
  const target = await findTarget({ ...options, ...(route === undefined ? {} : { route }) }, session);
  const decide = (view: RouteView): WeightPlan => planRoute(view, assignments, target.api.limits);

  const write = (): Promise<WrittenWeights> => writeWeights(target, decide, { ...options, session });
  const { plan, ...written } = options.dryRun === 'none' ? await holdingRoute(target, session, write) : await write();
  const live = written.changed && options.dryRun === 'none';
  const proof = live
    ? await prove({ ...target, view: written.view }, { plan, ...written }, { options, session })
    : unproved;
  const report: WeightReport = {
    route: target.view.ref,
    changed: written.changed,
    dryRun: options.dryRun,
    versions: versionChanges(target.view.split, plan.after),
    rounded: plan.rounded.map(({ version, asked, given }) => ({
      version,
      asked: formatPercent(asked),
      given: formatPercent(given),
    })),
    proof,
  };
  emit(io, options.output, { kind: 'WeightChange', body: report, lines: weightLines(report) });
  return exitCodes.ok;
}

const unproved: WeightReport['proof'] = { level: 'none' };

interface Written {
  plan: WeightPlan;
  writtenAt: number;
}

/** The strongest proof that is to be had, and that was asked for. */
async function prove(
  target: Target,
  { plan, writtenAt }: Written,
  { options, session }: { options: WeightOptions; session: Session },
): Promise<WeightReport['proof']> {
  const { wait, timeout: timeoutMs } = options;
  if (wait === 'none') return unproved;
  const accepting = session.progress.step('Waiting until the route is accepted');
  const accepted = await waitReady(target, session, { timeoutMs, hint: () => statusCommand(target) });
  accepting.done();
  if (wait === 'accepted') return { level: 'accepted', accepted };

  const watching = session.progress.step('Watching connections through the gateway');
  try {
    const exchange = await needExchange(options, target, session);
    const vantage = await openVantage({}, target, session);
    const hint = statusCommand(target);
    const change = { before: plan.before, after: plan.after, writtenAt, timeoutMs, hint };
    const observed = await observeChange(change, { vantage, exchange }, session);
    watching.done();
    return { level: 'observed', accepted, observed };
  } catch (error) {
    watching.fail();
    const blind = error instanceof ShiftError && (error.kind === 'unreachable' || error.kind === 'usage');
    if (wait === 'observed' || !blind) throw error;
    return { level: 'accepted', accepted, notProved: error.message };
  }
}
