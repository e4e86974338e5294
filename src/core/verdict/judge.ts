import type { Outcome, Sample } from '../sample.ts';
import { fixedMethod } from './fixed.ts';
import type { FailureJudgement, Judgement, Reason, VersionJudgement, VersionState } from './judgement.ts';
import { needsOf } from './needs.ts';
import type { Method } from './rule.ts';
import { askedOf, findProblem, type JudgeSpec, type Problem } from './spec.ts';

/** What a judge has to know of a sample. Samples are to be shown in the order of their index, not in that of their ends: slow answers are not rarer. */
export type Observation = Pick<Sample, 'version' | 'outcome'>;

export interface Judge {
  /** Takes the next sample; true once the judgement is final. Later samples are not looked at. */
  observe(observation: Observation): boolean;
  /** The judgement so far. */
  judgement(): Judgement;
}

/** A judge for this split, or what is wrong with the numbers of the spec. */
export function createJudge(spec: JudgeSpec): { judge: Judge } | { problem: Problem } {
  const problem = findProblem(spec);
  return problem === undefined ? { judge: judgeBy(fixedMethod(spec), spec) } : { problem };
}

interface Tally {
  samples: number;
  failures: number;
  counts: number[];
  states: VersionState[];
  byOutcome: FailureJudgement['byOutcome'];
  decided: { verdict: 'pass' | 'fail'; reason: Reason } | undefined;
}

function judgeBy(method: Method, spec: JudgeSpec): Judge {
  const asked = askedOf(spec);
  const positions = new Map(asked.map(({ version }, i) => [version, i]));
  const tally: Tally = {
    samples: 0,
    failures: 0,
    counts: asked.map(() => 0),
    states: asked.map(() => 'undecided'),
    byOutcome: {},
    decided: undefined,
  };

  const isFinal = () => tally.decided !== undefined || tally.samples >= method.budget;

  const look = (position: number | undefined) => {
    if (position !== undefined && asked[position]!.share === 0) tally.states[position] = 'hit';
    for (let i = 0; i < asked.length; i++) {
      if (tally.states[i] !== 'hit') tally.states[i] = method.versions[i]!.look(tally.counts[i]!, tally);
    }
  };

  const decide = (): Tally['decided'] => {
    const wrong = tally.states.findIndex((state) => state === 'hit' || state === 'above' || state === 'below');
    if (wrong >= 0) return { verdict: 'fail', reason: failReason(asked[wrong]!.version, tally.states[wrong]!) };
    if (method.failures.above(tally)) return { verdict: 'fail', reason: { kind: 'failures' } };
    if (tally.failures > spec.maxFailureRate * tally.samples) return undefined;
    return tally.states.every((state) => state === 'within')
      ? { verdict: 'pass', reason: { kind: 'within' } }
      : undefined;
  };

  return {
    observe: ({ version, outcome }) => {
      if (isFinal()) return true;
      const position = outcome === 'reply' && version !== null ? positions.get(version) : undefined;
      tally.samples++;
      if (position === undefined) countFailure(tally, outcome);
      else tally.counts[position]!++;
      look(position);
      tally.decided = decide();
      return isFinal();
    },
    judgement: () => {
      const versions = asked.map((one, i): VersionJudgement => {
        const count = tally.counts[i]!;
        const observed = tally.samples === 0 ? 0 : count / tally.samples;
        return {
          ...one,
          count,
          observed,
          interval: method.versions[i]!.interval(count, tally),
          state: tally.states[i]!,
        };
      });
      const { verdict, reason } = tally.decided ?? { verdict: 'inconclusive', reason: openReason(versions) };
      return {
        verdict,
        final: isFinal(),
        reason,
        method: spec.method,
        samples: tally.samples,
        budget: method.budget,
        alpha: spec.alpha,
        versions,
        failures: failuresOf(tally, method, spec),
        ...(verdict === 'inconclusive' ? { needs: needsOf(versions, tally.samples, spec.alpha) } : {}),
      };
    },
  };
}

/** An answer of a version that the route does not name is as good as none. */
function countFailure(tally: Tally, outcome: Outcome): void {
  const kind = outcome === 'reply' ? 'unknown' : outcome;
  tally.failures++;
  tally.byOutcome[kind] = (tally.byOutcome[kind] ?? 0) + 1;
}

function failReason(version: string, state: VersionState): Reason {
  return state === 'above' || state === 'below' ? { kind: 'share', version, state } : { kind: 'hit', version };
}

function openReason(versions: readonly VersionJudgement[]): Reason {
  const open = versions.filter(({ state }) => state === 'undecided').map(({ version }) => version);
  return open.length === 0 ? { kind: 'failures-undecided' } : { kind: 'undecided', versions: open };
}

function failuresOf(tally: Tally, method: Method, { maxFailureRate }: JudgeSpec): FailureJudgement {
  const high = tally.failures > maxFailureRate * tally.samples;
  return {
    count: tally.failures,
    rate: tally.samples === 0 ? 0 : tally.failures / tally.samples,
    interval: method.failures.interval(tally),
    limit: maxFailureRate,
    state: method.failures.above(tally) ? 'above' : high ? 'high' : 'acceptable',
    byOutcome: tally.byOutcome,
  };
}
