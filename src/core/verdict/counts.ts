import { fixedMethod } from './fixed.ts';
import type { Judgement } from './judgement.ts';
import { needsOf } from './needs.ts';
import { askedOf, findProblem, type JudgeSpec, type Problem } from './spec.ts';
import { count, decisionOn, emptyTally, judgementOf, look, openReason } from './tally.ts';

/**
 * Judges connections of which only their number by version is known, not their order: one look at a number that nobody chose by looking, so the
 * exact test of fixed size fits it. Takes as long for a million as for ten.
 * @param spec its method and budget are not looked at
 */
export function judgeCounts(
  spec: JudgeSpec,
  connections: ReadonlyMap<string, number>,
): { judgement: Judgement } | { problem: Problem } {
  const total = [...connections.values()].reduce((sum, times) => sum + times, 0);
  const oneLook: JudgeSpec = { ...spec, method: 'fixed', budget: total };
  const problem = findProblem(oneLook);
  if (problem !== undefined) return { problem };
  const asked = askedOf(spec);
  const method = fixedMethod(oneLook);
  const tally = emptyTally(asked);
  const positions = new Map(asked.map(({ version }, i) => [version, i]));
  const seen = [...connections].filter(([, times]) => times > 0);
  for (const [version, times] of seen) count(tally, positions.get(version), 'reply', times);
  for (const [version] of seen) look(tally, method, asked, positions.get(version));
  const decision = decisionOn(tally, method, asked, spec.maxFailureRate);
  const { verdict, reason } = decision ?? { verdict: 'inconclusive', reason: openReason(tally, asked) };
  const judgement: Judgement = {
    verdict,
    final: true,
    reason,
    method: 'fixed',
    ...judgementOf(tally, method, asked, spec.maxFailureRate),
    alpha: spec.alpha,
    order: { law: 'unknown', dispersion: null, correlation: null },
  };
  return { judgement: reason.kind === 'undecided' ? { ...judgement, needs: needsOf(judgement) } : judgement };
}
