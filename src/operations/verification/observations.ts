import { parseAssignments } from '../../core/weights/assignments.ts';
import type { ObjectRef } from '../../core/objects.ts';
import type { Split } from '../../core/weights/split.ts';
import type { Observation } from '../../core/verdict/judge.ts';
import { askedSplit } from '../../core/weights/plan.ts';
import { ShiftError } from '../../errors.ts';
import { gatherEvidence } from '../gateways/counters.ts';
import { needExchange, type ExchangeOptions } from '../probing/probe-spec.ts';
import { expectedSplit, expectWords, type QuestionOptions } from './judge-spec.ts';
import { readSamples } from './recorded-samples.ts';
import type { Session } from '../session.ts';
import type { Target } from '../route/target.ts';
import { openVantage, type Place, type VantageOptions } from '../probing/vantage.ts';

/** A split to be judged, and the connections that speak of it. */
export interface Inquiry {
  split: Split;
  /** What the route itself asks for; absent where no cluster was asked. */
  routeSplit?: Split;
  /** Null where no cluster was asked. */
  route: ObjectRef | null;
  from: Place | 'samples' | 'gateway-stats';
  /** Where the connections went, for people. */
  address: string;
  /** At most `count` observations, without end where absent. */
  observations(count?: number): AsyncIterable<Observation>;
  /** How many there are, where that is known before. */
  total?: number;
}

export interface InquiryOptions extends QuestionOptions, ExchangeOptions, VantageOptions {
  concurrency: number;
  /** Milliseconds. */
  interval: number;
  /** Milliseconds. */
  window: number;
}

/** Opens connections of our own. */
export async function probing(options: InquiryOptions, target: Target, session: Session): Promise<Inquiry> {
  const split = expectedSplit(options, target);
  const exchange = await needExchange(options, target, session);
  const vantage = await openVantage(options, target, session);
  const { interval: intervalMs, concurrency, sourceAddress: sources = [] } = options;
  return {
    split,
    routeSplit: target.view.split,
    route: target.view.ref,
    from: vantage.from,
    address: vantage.address,
    async *observations(count) {
      const loop = { intervalMs, concurrency, ...(count === undefined ? {} : { count }) };
      for await (const sample of vantage.samples(loop, exchange)) {
        // Connections take the addresses in turn, in the order of their index.
        yield sources.length === 0 ? sample : { ...sample, source: sources[sample.index % sources.length]! };
      }
    },
  };
}

/** Takes the connections of everybody, from the gateways' own counters. Their order is not known; only their number counts. */
export async function counting(options: InquiryOptions, target: Target, session: Session): Promise<Inquiry> {
  const split = expectedSplit(options, target);
  const { connections, pods } = await gatherEvidence(target, options.window, session);
  const total = [...connections.values()].reduce((sum, count) => sum + count, 0);
  return {
    split,
    routeSplit: target.view.split,
    route: target.view.ref,
    from: 'gateway-stats',
    address: pods.map((pod) => `pod/${pod}`).join(', '),
    total,
    async *observations() {
      for (const [version, count] of connections) {
        for (let index = 0; index < count; index++) yield { version, outcome: 'reply' };
      }
    },
  };
}

/** Takes samples that were recorded before; no cluster is asked. */
export function replaying(file: string, options: QuestionOptions): Inquiry {
  const samples = readSamples(file);
  const words = expectWords(options);
  if (!words) {
    throw new ShiftError('usage', `nothing tells what split the samples of ${file} are to be judged against`, {
      hint: `tcpshift verify --samples ${file} --expect v2=20`,
    });
  }
  const assignments = parseAssignments(words);
  const seen = samples.flatMap(({ version }) => version ?? []);
  const versions = [...new Set([...assignments.map(({ version }) => version), ...seen])].sort();
  const current = versions.map((version) => ({ version, weight: 1 }));
  return {
    split: askedSplit(current, assignments),
    route: null,
    from: 'samples',
    address: file,
    async *observations(count = samples.length) {
      yield* samples.slice(0, count);
    },
  };
}
