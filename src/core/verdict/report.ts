import { ShiftError } from '../../errors.ts';
import type { ObjectRef } from '../objects.ts';
import type { Judgement } from './judgement.ts';
import type { PropagationReport } from './propagation.ts';

/** A judgement, with what it is about. */
export interface VerdictReport extends Judgement {
  /** Null where no cluster was asked. */
  route: ObjectRef | null;
  /** The shares that the route itself asks for, where others are expected of it. */
  routeAsks?: Record<string, number>;
  from: string;
  address: string;
  /** The gateways that had the split before and after, and how long they were waited for; absent where they do not tell. */
  rollout?: { pods: number; waitedMs: number };
  /** How a change took hold, and which attempt at the question this is; only where a change was under way. */
  propagation?: PropagationReport;
  attempt?: number;
  elapsedMs: number;
}

/** A verdict that was not come to: what ended it, with what had been seen until then. */
export class UnfinishedVerdict extends ShiftError {
  readonly report: VerdictReport;

  constructor(report: VerdictReport, { kind, message, hint, cause }: ShiftError) {
    super(kind, `${message}, after ${report.samples} connections`, { hint, cause });
    this.name = 'UnfinishedVerdict';
    this.report = report;
  }
}
