import type { Judgement, VersionJudgement } from '../core/verdict/judgement.ts';
import type { PropagationReport } from '../core/verdict/propagation.ts';
import { overwrittenText, percent, points } from './format.ts';

/** The verdict and its reason, for somebody who knows nothing of statistics. */
export function sentence(judgement: Judgement & { propagation?: PropagationReport }): string {
  const { reason, samples, failures, versions, propagation } = judgement;
  if (propagation?.inForce === false)
    return `INCONCLUSIVE: the new split did not show itself in ${propagation.waited} connections`;
  const sure = `${percent(1 - judgement.alpha, 3)} sure`;
  const named = (name: string): VersionJudgement => versions.find(({ version }) => version === name)!;
  const count = (name: string): string => countText(named(name), samples);
  switch (reason.kind) {
    case 'within': {
      const { version } = rarest(versions);
      return `PASS: ${version} gets ${askedText(named(version))}, ${sure}: ${count(version)}`;
    }
    case 'turns': {
      const { version, share } = rarest(versions);
      return `PASS: the gateway gives ${version} its turns, ${percent(share)} of all, ${sure}: ${count(version)}`;
    }
    case 'share': {
      const way = reason.state === 'above' ? 'more' : 'less';
      return `FAIL: ${reason.version} gets ${way} than ${askedText(named(reason.version))}, ${sure}: ${count(reason.version)}`;
    }
    case 'hit':
      return `FAIL: ${reason.version} is to get nothing, and got ${count(reason.version)}`;
    case 'failures':
      return `FAIL: more than ${percent(failures.limit)} of the connections fail, ${sure}: ${failures.count} of ${samples}, ${percent(failures.rate, 1)}`;
    case 'failures-undecided':
      return `INCONCLUSIVE: the shares are right, but ${failures.count} of ${samples} connections failed, ${percent(failures.rate, 1)}`;
    case 'undecided': {
      const got = reason.versions.map((version) => `${version} got ${count(version)}`).join('; ');
      return `INCONCLUSIVE: ${got}${needsText(judgement)}`;
    }
    case 'sticky': {
      if (reason.sources > 1)
        return `INCONCLUSIVE: each of ${reason.sources} client addresses saw one version only: the gateway chooses by client`;
      const seen = versions.find(({ count }) => count > 0)!;
      return `INCONCLUSIVE: one client address saw ${seen.version} only, ${seen.count} times: the gateway chooses by client, or the split is not in force`;
    }
    case 'clustered':
      return 'INCONCLUSIVE: connections to the same version follow each other too often to be drawn one by one';
    case 'rollout':
      return `INCONCLUSIVE: ${reason.why}`;
    case 'overwritten':
      return `INCONCLUSIVE: the weights of the route were changed while they were looked at${overwrittenText(reason.overwritten)}`;
    case 'drift':
      return `INCONCLUSIVE: the split changed while it was watched, at connection ${reason.at + 1}${reason.time === undefined ? '' : `, ${reason.time}`}: ${driftText(reason)}`;
  }
}

function rarest(versions: readonly VersionJudgement[]): VersionJudgement {
  const wanted = versions.filter(({ share }) => share > 0);
  return wanted.reduce((one, other) => (other.share < one.share ? other : one));
}

function askedText({ share, tolerance }: VersionJudgement): string {
  return `${percent(share)} ± ${points(tolerance)} points`;
}

function countText({ count, observed }: VersionJudgement, samples: number): string {
  return `${count} of ${samples} connections, ${percent(observed, 1)}`;
}

function driftText({ before, after }: { before: Record<string, number>; after: Record<string, number> }): string {
  const moves = Object.keys(after).map(
    (version) => `${version} ${percent(before[version] ?? 0, 1)} → ${percent(after[version] ?? 0, 1)}`,
  );
  return moves.join(', ');
}

function needsText({ needs }: Judgement): string {
  if (!needs) return '';
  const proved = `these prove ± ${points(needs.tolerance, 1)} points`;
  return needs.samples === null ? `; ${proved}` : `; about ${needs.samples} connections would decide, and ${proved}`;
}
