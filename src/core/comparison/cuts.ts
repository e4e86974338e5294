import { cutLogs, cutParts, provesAtMost, upperShare } from '../statistics/cut-share.ts';
import type { Count } from '../statistics/fisher.ts';
import { logMean } from '../statistics/log-sum.ts';
import type { Verdict } from './proof.ts';
import { requireAlpha, requireCount, requireWithin, usualAlpha } from './question.ts';

/** The connections held open through one gateway pod, and how many of them the other side ended before we did. */
export interface HeldConnections {
  held: number;
  cut: number;
}

export interface CutQuestion {
  /** The most acceptable share of connections that are cut, in [0, .5]; 0, where one is too many. */
  maxShare?: number | undefined;
  /** .05. */
  alpha?: number | undefined;
  /** Whether the watch is over: until then nothing passes. True. */
  ended?: boolean | undefined;
}

/** What cut connections prove. */
export interface CutJudgement {
  /**
   * pass: at most that share is proven to be cut; with a share of 0, none of those held was · fail: more is proven to be
   * cut · inconclusive: neither, or the watch is not over.
   */
  verdict: Verdict;
  maxShare: number;
  alpha: number;
  /** Cut connections of those held. */
  connections: Count;
  /** Pods with a cut connection of those with any. */
  pods: Count;
  /** Whether a pod lost all it held, several at once: then every claim has to hold of pods as well as of connections. */
  together: boolean;
  /** What the share of users' connections that are cut is below with confidence 1 − α, for one look at the end. */
  below: number;
  /** The same if connections are never cut one by one but by whole pods, of which there are far fewer. */
  belowByPods: number;
  /** ln of the evidence against "at most the most acceptable share". */
  harm: number;
}

/**
 * Whether a change cuts more held connections than may be. Connections that are ended by us are held no longer. One that cuts
 * too many gets PASS with probability ≤ α where it cuts them one by one. Where it cuts whole pods, that none of a few was
 * says little, which `belowByPods` tells. One that doesn't cut too many gets FAIL with probability ≤ α either way, once a
 * pod's cuts have all come, however often one looks.
 * @throws ShiftError usage: no counts, or a question that nothing can be proved with
 */
export function judgeCuts(
  pods: readonly HeldConnections[],
  { maxShare = 0, alpha = usualAlpha, ended = true }: CutQuestion = {},
): CutJudgement {
  requireAlpha(alpha);
  const cut = countCuts(pods);
  const harm = logMean(harmLogsOf(cut, maxShare), cutParts);
  const units = unitsOf(cut);
  const proven = -Math.log(alpha);
  const passes = maxShare === 0 ? cut.connections.of > 0 : units.every((unit) => provesAtMost(unit, maxShare, alpha));
  return {
    verdict: harm >= proven ? 'fail' : ended && passes ? 'pass' : 'inconclusive',
    maxShare,
    alpha,
    ...cut,
    below: Math.max(...units.map((unit) => upperShare(unit, alpha))),
    belowByPods: upperShare(cut.pods, alpha),
    harm,
  };
}

/** What is to be counted of cut connections. */
export type Cuts = Pick<CutJudgement, 'connections' | 'pods' | 'together'>;

/** @throws ShiftError usage: no counts */
export function countCuts(pods: readonly HeldConnections[]): Cuts {
  for (const { held, cut } of pods) requireCount('a pod of held connections', { hits: cut, of: held });
  const used = pods.filter(({ held }) => held > 0);
  const sum = (field: keyof HeldConnections) => used.reduce((total, pod) => total + pod[field], 0);
  return {
    connections: { hits: sum('cut'), of: sum('held') },
    pods: { hits: used.filter(({ cut }) => cut > 0).length, of: used.length },
    together: used.some(({ held, cut }) => held > 1 && cut === held),
  };
}

/** What counts as an observation of its own: cuts that come all at once are nearer to one than to many. */
function unitsOf({ connections, pods, together }: Cuts): Count[] {
  return together ? [connections, pods] : [connections];
}

/**
 * For each alternative the ln of its evidence, the least over what may count as an observation.
 * @throws ShiftError usage: a share that nothing can be proved of
 */
export function harmLogsOf(cuts: Cuts, maxShare: number): number[] {
  requireWithin('the share that may be cut', maxShare, [0, 0.5]);
  const logs = unitsOf(cuts).map((unit) => cutLogs(unit, maxShare));
  return cutParts.map((_, i) => Math.min(...logs.map((log) => log[i]!)));
}
