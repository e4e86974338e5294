import { defined } from '../core/defined.ts';
import type { ProbeSpec } from '../operations/probing/probe-spec.ts';
import type { VantagePoint, VantageSpec } from '../operations/probing/place.ts';

/** What is said on a connection, and how the reply tells its version. */
export interface ExchangeOptions {
  send?: string;
  readFirst?: boolean;
  versionFrom?: string;
}

/** Where connections start, where they go, and how long each may take. */
export interface VantageOptions {
  from?: 'auto' | VantagePoint;
  host?: string;
  port?: number;
  tls?: boolean;
  /** Milliseconds. */
  probeTimeout?: number;
}

/** How connections differ from each other. */
export interface VarietyOptions {
  /** Local addresses that connections start from, in turn. */
  sourceAddress?: string[];
  /** Seed of the jitter; another one in every run where absent. */
  seed?: number;
}

/** How many connections at a time, and how far apart. */
export interface PaceOptions {
  concurrency: number;
  /** Milliseconds. */
  interval: number;
}

export function probeSpecOf({
  send,
  readFirst,
  versionFrom,
  probeTimeout: timeoutMs,
}: ExchangeOptions & Pick<VantageOptions, 'probeTimeout'>): ProbeSpec {
  return defined({ send, readFirst, versionFrom, timeoutMs });
}

export function vantageSpecOf({
  from,
  host,
  port,
  tls,
  seed,
  sourceAddress,
}: VantageOptions & VarietyOptions): VantageSpec {
  return defined({ from, host, port, tls, seed, sourceAddresses: sourceAddress });
}
