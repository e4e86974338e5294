import type { LatencyLimit } from '../../../../src/core/comparison/latency-limit.ts';

/** Connections of each version in turn: so many of old, then one of new. */
interface Turns {
  /** Blocks at most. */
  blocks: number;
  /** 1 unless told otherwise. */
  olds?: number;
  /** Whether what disturbs both comes and goes. */
  disturbed?: boolean;
}

/** Failure rates of both versions. */
interface Rates {
  margin: number;
  old: number;
  new: number;
}

/** How new's latencies lie to old's: times as slow, and a share of them times as slow again. */
interface Slowness {
  times: number;
  tail?: { share: number; times: number };
}

/** One step of a ramp. */
export interface SimulatedStep extends Slowness {
  blocks: number;
  old: number;
  new: number;
  /** The share of twenty held connections that is cut. */
  cut: number;
}

/** What each test is simulated with. */
export interface Settings {
  failures: Rates & Turns;
  /** Through a gateway that sends this share of connections to new; whether it is known which version failed. */
  gateway: Rates & { share: number; connections: number; attributed: boolean };
  counters: Rates & { olds: number; news: number; windows: number };
  latency: Slowness & Turns & { limits: readonly LatencyLimit[] };
  quantiles: Slowness & LatencyLimit & { connections: number; every: number };
  /** Connections held through each of some pods, cut one by one or a pod as a whole. */
  cuts: { maxShare: number; share: number; pods: number; perPod: number; together: boolean };
  ramp: { steps: readonly SimulatedStep[] };
}

export type Test = keyof Settings;

/** One truth for one test: what is simulated, and how often. */
export type GateCell = {
  [T in Test]: {
    test: T;
    setting: Settings[T];
    /** What is asked, and what is true, in words. */
    asked: string;
    truth: string;
    /** Verdicts that are wrong; at an edge both are. */
    wrong: readonly ('pass' | 'fail')[];
    runs: number;
  };
}[Test];

export const alpha = 0.05;

/** Runs of a cell that decides a claim, and of one that only illustrates. */
const deciding = 6000;
const costly = 3000;
const illustrating = 1500;

const edge = ['pass', 'fail'] as const;

/** Every cell of the report. */
export function allCells(): GateCell[] {
  return [
    ...failureEdges(),
    ...failureMeans(),
    ...counterCells(),
    ...latencyEdges(),
    ...latencyMeans(),
    ...quantileCells(),
    ...cutCells(),
    ...rampCells(),
  ];
}

function rates({ old, new: fresh }: { old: number; new: number }): string {
  return `old ${percent(old)}, new ${percent(fresh)}`;
}

function marginText(margin: number): string {
  return `less than ${Number((100 * margin).toPrecision(6))} ${margin === 0.01 ? 'point' : 'points'} more failures`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}

function failures(setting: Settings['failures'], wrong: GateCell['wrong'], runs: number): GateCell {
  const { margin, olds = 1, disturbed = false } = setting;
  const asked = marginText(margin);
  const more = `${olds === 1 ? '' : `, ${olds} of old a block`}${disturbed ? ', 30 points more by turns' : ''}`;
  return { test: 'failures', setting, asked, truth: `${rates(setting)}${more}`, wrong, runs };
}

function failureEdges(): GateCell[] {
  const at = (old: number, margin: number, turns: Turns, runs = deciding): GateCell =>
    failures({ margin, old, new: old + margin, ...turns }, edge, runs);
  return [
    at(0, 0.05, { blocks: 600 }),
    at(0.02, 0.05, { blocks: 600 }),
    at(0.02, 0.05, { blocks: 600, olds: 4 }),
    at(0.02, 0.05, { blocks: 600, disturbed: true }),
    at(0.3, 0.05, { blocks: 1000 }, costly),
    at(0.01, 0.01, { blocks: 2000 }, costly),
    gateway(true),
    gateway(false),
  ];
}

function gateway(attributed: boolean): GateCell {
  const setting = { margin: 0.05, old: 0.02, new: 0.07, share: 0.2, connections: 3000, attributed };
  const truth = `${rates(setting)}, ${attributed ? 'all' : 'no'} failures attributed`;
  return { test: 'gateway', setting, asked: marginText(setting.margin), truth, wrong: edge, runs: costly };
}

function failureMeans(): GateCell[] {
  const good = (rate: number, margin: number, olds = 1): GateCell =>
    failures({ margin, old: rate, new: rate, blocks: 10_000, olds }, ['fail'], illustrating);
  const bad = (rate: number, olds = 1): GateCell =>
    failures({ margin: 0.01, old: 0.001, new: rate, blocks: 10_000, olds }, ['pass'], illustrating);
  return [
    good(0, 0.01),
    good(0.001, 0.01),
    good(0.001, 0.005),
    good(0.005, 0.01),
    good(0.005, 0.02),
    good(0.01, 0.02),
    good(0.01, 0.02, 4),
    good(0.02, 0.05),
    bad(0.02),
    bad(0.03),
    bad(0.05),
    bad(0.1),
    bad(0.1, 19),
    bad(0.5),
    bad(0.5, 19),
    bad(1),
  ];
}

function counterCells(): GateCell[] {
  const cell = (setting: Settings['counters'], wrong: GateCell['wrong'], runs: number): GateCell => {
    const truth = `${rates(setting)}, windows of ${setting.olds} and ${setting.news}`;
    return { test: 'counters', setting, asked: marginText(setting.margin), truth, wrong, runs };
  };
  const twenty = { margin: 0.05, olds: 20, news: 20, windows: 100 };
  const gateway = { margin: 0.01, olds: 950, news: 50, windows: 100 };
  return [
    cell({ ...twenty, old: 0, new: 0.05 }, edge, deciding),
    cell({ ...twenty, old: 0.02, new: 0.07 }, edge, deciding),
    cell({ ...gateway, old: 0.005, new: 0.015 }, edge, deciding),
    cell({ ...gateway, windows: 500, old: 0.001, new: 0.001 }, ['fail'], illustrating),
    cell({ ...gateway, windows: 500, old: 0.005, new: 0.005 }, ['fail'], illustrating),
    cell({ ...gateway, windows: 500, old: 0.005, new: 0.05 }, ['pass'], illustrating),
  ];
}

const several = [0.5, 0.75, 0.9, 0.95, 0.99];
const usual = [
  { quantile: 0.5, factor: 1.5 },
  { quantile: 0.95, factor: 1.5 },
  { quantile: 0.99, factor: 2 },
];

function slowness({ times, tail }: Slowness): string {
  return `new ${times === 1 ? 'alike' : `${times} times as slow`}${tail ? `, ${percent(tail.share)} of it ${tail.times} times` : ''}`;
}

function limitsText(limits: readonly LatencyLimit[]): string {
  const factors = [...new Set(limits.map(({ factor }) => factor))];
  const quantiles = (of: number) => limits.filter(({ factor }) => factor === of).map(({ quantile }) => `${quantile}`);
  return factors.map((factor) => `within ${factor} at ${quantiles(factor).join(', ')}`).join('; ');
}

function slow(setting: Settings['latency'], wrong: GateCell['wrong'], runs: number): GateCell {
  const { limits, olds = 1, disturbed = false } = setting;
  const more = `${olds === 1 ? '' : `, ${olds} of old a block`}${disturbed ? ', 5 times slower by turns' : ''}`;
  return { test: 'latency', setting, asked: limitsText(limits), truth: `${slowness(setting)}${more}`, wrong, runs };
}

function latencyEdges(): GateCell[] {
  const at = (quantile: number, factor: number, turns: Turns, runs: number): GateCell =>
    slow({ limits: [{ quantile, factor }], times: factor, ...turns }, edge, runs);
  const all = several.map((quantile) => ({ quantile, factor: 1.2 }));
  return [
    at(0.5, 1.2, { blocks: 600 }, deciding),
    at(0.5, 1.2, { blocks: 600, disturbed: true }, deciding),
    at(0.95, 1.5, { blocks: 1500 }, costly),
    at(0.99, 2, { blocks: 2000 }, costly),
    slow({ limits: all, times: 1.2, blocks: 600 }, edge, costly),
    slow({ limits: usual, times: 1.5, blocks: 1000 }, edge, costly),
  ];
}

function latencyMeans(): GateCell[] {
  const alike = (quantile: number, factor: number, olds = 1): GateCell =>
    slow({ limits: [{ quantile, factor }], times: 1, blocks: 10_000, olds }, ['fail'], illustrating);
  const all = several.map((quantile) => ({ quantile, factor: 1.2 }));
  const broken = (setting: Slowness): GateCell =>
    slow({ limits: all, ...setting, blocks: 5000 }, ['pass'], illustrating);
  return [
    alike(0.5, 1.2),
    alike(0.5, 1.2, 4),
    alike(0.5, 1.5),
    alike(0.95, 1.5),
    alike(0.99, 1.5),
    alike(0.99, 2),
    alike(0.99, 2, 4),
    slow({ limits: usual, times: 1, blocks: 10_000 }, ['fail'], illustrating),
    broken({ times: 1.5 }),
    broken({ times: 2 }),
    broken({ times: 1, tail: { share: 0.05, times: 20 } }),
  ];
}

function quantileCells(): GateCell[] {
  const cell = (setting: Settings['quantiles'], wrong: GateCell['wrong'], runs: number): GateCell => {
    const asked = limitsText([setting]);
    return { test: 'quantiles', setting, asked, truth: slowness(setting), wrong, runs };
  };
  const median = { quantile: 0.5, connections: 2000, every: 25 };
  const top = { quantile: 0.99, connections: 3000, every: 60 };
  return [
    cell({ ...median, factor: 1.2, times: 1.2, connections: 600 }, edge, 1000),
    cell({ ...top, factor: 2, times: 2, connections: 1500 }, edge, 1000),
    cell({ ...median, factor: 1.2, times: 1 }, ['fail'], 300),
    cell({ ...median, factor: 1.5, times: 1 }, ['fail'], 300),
    cell({ ...median, factor: 1.2, times: 1.5 }, ['pass'], 300),
    cell({ ...top, factor: 2, times: 1 }, ['fail'], 300),
    cell({ ...top, factor: 1.2, times: 2 }, ['pass'], 300),
  ];
}

function cutCells(): GateCell[] {
  const cell = (setting: Settings['cuts'], wrong: GateCell['wrong']): GateCell => {
    const { pods, perPod, together, share, maxShare } = setting;
    const truth = `${percent(share)} of ${pods} × ${perPod}, ${together ? 'a pod at a time' : 'one by one'}`;
    return { test: 'cuts', setting, asked: `at most ${percent(maxShare)} cut`, truth, wrong, runs: deciding };
  };
  const spread = { pods: 5, perPod: 60, together: false };
  const herds = { pods: 40, perPod: 5, together: true };
  return [
    cell({ ...spread, maxShare: 0.02, share: 0.02 }, edge),
    cell({ ...spread, maxShare: 0.1, share: 0.1 }, edge),
    cell({ ...herds, maxShare: 0.1, share: 0.1 }, ['fail']),
    cell({ ...herds, pods: 4, perPod: 50, maxShare: 0.02, share: 0.02 }, ['fail']),
    cell({ ...spread, maxShare: 0.02, share: 0.001 }, ['fail']),
    cell({ ...spread, maxShare: 0.02, share: 0.1 }, ['pass']),
  ];
}

/** Less than 5 points more failures, within 1.5 at the median, at most 2 % cut. */
function rampCells(): GateCell[] {
  const good = { blocks: 100, old: 0.02, new: 0.02, times: 1, cut: 0.001 };
  // A failure is slow too: with five points more of them, 1.44 times as slow is what 1.5 is without.
  const atEdge = { ...good, new: 0.07, times: 1.44, cut: 0.02 };
  const bad = { ...good, new: 0.3 };
  const ten = (step: SimulatedStep) => Array.from({ length: 10 }, () => step);
  const cell = (truth: string, steps: SimulatedStep[], wrong: GateCell['wrong']): GateCell => {
    const asked = `${marginText(0.05)}, within 1.5 at 0.5, at most 2 % cut`;
    return { test: 'ramp', setting: { steps }, asked, truth, wrong, runs: illustrating };
  };
  return [
    cell('ten steps with everything at its edge', ten(atEdge), edge),
    cell('one step of 600 blocks, failures alone at their edge', [{ ...good, blocks: 600, new: 0.07 }], ['pass']),
    cell('nine good steps, then 30 % fail', [...ten(good).slice(1), bad], ['pass']),
  ];
}
