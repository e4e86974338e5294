import { defined } from '../../core/defined.ts';
import type { DryRun } from '../../core/dry-run.ts';
import { sumUp, type Proofs } from '../../core/route/proof.ts';
import type { OpenConnections } from '../../core/route/open-connections.ts';
import {
  UnprovedShift,
  versionChanges,
  type ShiftResult,
  type WatchedConnections,
} from '../../core/route/shift-result.ts';
import { formatPercent } from '../../core/weights/assignments.ts';
import type { WeightPlan } from '../../core/weights/plan.ts';
import { splitText } from '../../core/weights/split.ts';
import { ShiftError } from '../../errors.ts';
import { OverwrittenRoute } from '../route/route-guard.ts';
import type { Target } from '../route/target.ts';

/** What is known of one change so far. */
export interface Course {
  add(proofs: Proofs): void;
  /** The connections that the change closes. */
  closing(open: OpenConnections | undefined): void;
  /** From now on, tells of the connections that are opened to see the change. */
  watching(watched: () => WatchedConnections): void;
  result(): ShiftResult;
  /** The error that tells what is known, and what ended the proof; anything but a ShiftError is a bug and comes back as it is. */
  unproved(error: unknown): unknown;
}

export function courseOf(
  { view }: Target,
  plan: WeightPlan,
  { changed, dryRun }: { changed: boolean; dryRun: DryRun },
): Course {
  const proofs: Proofs = {};
  let openConnections: OpenConnections | undefined;
  let watched: (() => WatchedConnections) | undefined;
  const after = changed ? plan.after : plan.before;
  const result = (): ShiftResult => ({
    route: view.ref,
    changed,
    dryRun,
    versions: versionChanges(plan.before, after),
    rounded: plan.rounded.map(({ version, asked, given }) => ({
      version,
      asked: formatPercent(asked),
      given: formatPercent(given),
    })),
    ...defined({ openConnections }),
    ...(watched && { watched: watched() }),
    proof: sumUp(proofs),
  });
  return {
    add: (proof) => void Object.assign(proofs, proof),
    closing: (open) => void (openConnections = open),
    watching: (tell) => void (watched = tell),
    result,
    unproved(error) {
      if (!(error instanceof ShiftError)) return error;
      const { kind, exitCode, message, hint } = error;
      const problem = { kind, exitCode, message, ...(hint !== undefined && { hint }) };
      if (error instanceof OverwrittenRoute)
        return new UnprovedShift(
          { ...result(), problem, overwritten: error.overwritten },
          changed ? `${splitText(after)} was written; ${message}` : message,
          error,
        );
      const has = changed ? 'is written' : 'stands in the route';
      return new UnprovedShift(
        { ...result(), problem },
        `${splitText(after)} ${has}, but not proved: ${message}`,
        error,
      );
    },
  };
}
