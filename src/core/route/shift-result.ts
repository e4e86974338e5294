import type { DryRun } from '../dry-run.ts';
import type { ObjectRef } from '../objects.ts';
import type { PodAddress } from '../pods.ts';
import { shares, type Split } from '../weights/split.ts';
import { ShiftError, type ErrorKind, type ExitCode } from '../../errors.ts';
import type { OpenConnections } from './open-connections.ts';
import type { Overwritten } from './overwritten.ts';
import type { Readiness } from './readiness.ts';

export interface VersionChange {
  version: string;
  before: { weight: number; share: number };
  after: { weight: number; share: number };
}

/** Connections through the gateway that obey the new weights. All times are from the write, in milliseconds. */
export interface ObservedChange {
  /** Where they were opened. */
  from: string;
  address: string;
  /**
   * change: they show the new split rather than the old one, at most 1 time in 100 wrongly; verdict: no old split is known, and they passed the verdict on
   * the split with its defaults.
   */
  evidence: 'change' | 'verdict';
  /** Connections until then. */
  connections: number;
  /** The connection that decided. */
  afterMs: number;
  /** The first connection to a version that the old split gave nothing; absent where there is no such version. */
  firstOfNewMs?: number;
  /** The last connection to a version that the new split gives nothing; absent where there is no such version, or none was seen. */
  lastOfOldMs?: number;
  /** Estimate of when the change took hold: the first and the last moment at which a single switch is likely. */
  tookHoldMs?: { from: number; to: number };
  /** Estimate of the first connection that obeyed the new weights: the likeliest course of the change. */
  firstObeyingMs?: number;
  /** The same of the last one that obeyed the old weights; absent where none was seen. */
  lastDisobeyingMs?: number;
  /** Estimate of how long both splits were at work side by side; absent where they still were, or where none was seen to begin. */
  mixedMs?: number;
}

/** Connections that were opened one after another to see the change, whether or not they have shown it. */
export interface WatchedConnections {
  from: string;
  address: string;
  /** Places that were tried before this one, and why connections could not start there. */
  passedOver: readonly { from: string; why: string }[];
  /** Before the write, for comparison. */
  before: ConnectionCount;
  /** Since the write, on each way: a gateway pod's name, or the address. */
  since: readonly ({ via: string } & ConnectionCount)[];
  /** Failures since the write, by what became of the connection. */
  failures: Readonly<Record<string, number>>;
}

/** Connections, and how many of them ended without the answer of a known version. */
export interface ConnectionCount {
  connections: number;
  failed: number;
}

/** What ended the proof of a change early. */
interface ShiftProblem {
  kind: ErrorKind;
  exitCode: ExitCode;
  message: string;
  hint?: string;
}

/** A gateway pod whose proxy has the new weights in force. */
export interface ProgrammedGateway extends PodAddress {
  weights: Split | null;
  /** When it was first seen with them, in milliseconds from the write. */
  afterMs: number;
  /** When it took them, by its own clock, ISO 8601; absent where it does not tell. */
  updatedAt?: string;
}

/**
 * A change of weights that is not proved as it was asked to be: what ended the proof, with everything that is known until then. Thrown once the route
 * holds the weights, or where it held them before.
 */
export class UnprovedShift extends ShiftError {
  readonly result: ShiftResult;

  constructor(result: ShiftResult, message: string, { kind, hint, cause }: ShiftError) {
    super(kind, message, { hint, cause });
    this.name = 'UnprovedShift';
    this.result = result;
  }
}

/** What became of a change of weights. */
export interface ShiftResult {
  route: ObjectRef;
  changed: boolean;
  dryRun: DryRun;
  versions: readonly VersionChange[];
  /** Versions whose exact share does not fit the API's limits, with what they were asked to get and what they get, in percent. */
  rounded: readonly { version: string; asked: string; given: string }[];
  /** Connections that were open before the write, and that it closes; absent where it closes none, or where nothing was to be written. */
  openConnections?: OpenConnections;
  /** Connections opened to see the change; absent where none were. */
  watched?: WatchedConnections;
  /** Who changed the weights again before they were proved. */
  overwritten?: Overwritten;
  /** What ended the proof early; absent where it came to its end. */
  problem?: ShiftProblem;
  proof: {
    /** The strongest that was had. */
    level: 'none' | 'accepted' | 'programmed' | 'observed';
    accepted?: readonly Readiness[];
    /** Every gateway pod. */
    programmed?: readonly ProgrammedGateway[];
    observed?: ObservedChange;
    /** Why stronger proofs were not to be had. */
    notProved?: string[];
  };
}

/** One row a version of two splits of the same route. */
export function versionChanges(before: Split, after: Split): VersionChange[] {
  const [old, wanted] = [shares(before), shares(after)];
  return after.map(({ version, weight }, index) => ({
    version,
    before: { weight: before[index]!.weight, share: old.get(version)! },
    after: { weight, share: wanted.get(version)! },
  }));
}
