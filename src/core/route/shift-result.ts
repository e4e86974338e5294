import type { DryRun } from '../dry-run.ts';
import type { ObjectRef } from '../objects.ts';
import type { PodAddress } from '../pods.ts';
import { shares, type Split } from '../weights/split.ts';
import type { Readiness } from './readiness.ts';

export interface VersionChange {
  version: string;
  before: { weight: number; share: number };
  after: { weight: number; share: number };
}

/** Connections through the gateway that obey the new weights. */
export interface ObservedChange {
  /** Where they were opened. */
  from: string;
  address: string;
  /** Connections until the new split had shown itself. */
  connections: number;
  /** From the write to the connection that decided, in milliseconds. */
  afterMs: number;
  /** From the write to the first connection that obeyed, in milliseconds. */
  firstObeyingMs?: number;
  /** From the write to the last connection that still obeyed the old weights, in milliseconds; absent where none was seen. */
  lastDisobeyingMs?: number;
  /** How long both splits were at work side by side, in milliseconds; absent where they still were, or where none was seen to begin. */
  mixedMs?: number;
}

/** A gateway pod whose proxy has the new weights in force. */
export interface ProgrammedGateway extends PodAddress {
  weights: Split | null;
  /** When it was first seen with them, in milliseconds from the write. */
  afterMs: number;
}

/** What became of a change of weights. */
export interface ShiftResult {
  route: ObjectRef;
  changed: boolean;
  dryRun: DryRun;
  versions: readonly VersionChange[];
  /** Versions whose exact share does not fit the API's limits, with what they were asked to get and what they get, in percent. */
  rounded: readonly { version: string; asked: string; given: string }[];
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
