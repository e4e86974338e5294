import { normalQuantile } from '../statistics/chi-squared.ts';
import type { Judgement, Needs, VersionJudgement } from './judgement.ts';

/** How many standard deviations more a test that looks all the time asks for. */
const lookingAllTheTime = 0.65;

/**
 * What would settle the open versions if their shares stay as observed, by the normal approximation n ≈ z² p(1−p) / d²,
 * where d is the distance from the observed share to the nearer edge of the tolerance.
 */
export function needsOf({ versions, samples, alpha, method }: Omit<Judgement, 'needs'>): Needs {
  const z = normalQuantile(alpha) - (method === 'sequential' ? lookingAllTheTime : 0);
  const open = versions.filter(({ state }) => state === 'undecided');
  const wanted = open.map((version) => samplesFor(version, samples, z));
  const widest = Math.max(
    ...versions.map((version) => Math.abs(version.observed - version.share) + halfWidth(version, samples, z)),
  );
  return {
    samples: wanted.some((n) => n > 10_000_000) ? null : Math.max(samples + 1, ...wanted.map(Math.ceil)),
    tolerance: Math.min(1, Math.ceil(widest * 1000) / 1000),
  };
}

function samplesFor(version: VersionJudgement, samples: number, z: number): number {
  const distance = Math.abs(Math.abs(version.observed - version.share) - version.tolerance);
  return (z * z * variance(version, samples)) / (distance * distance);
}

function halfWidth(version: VersionJudgement, samples: number, z: number): number {
  return Math.abs(z) * Math.sqrt(variance(version, samples) / Math.max(1, samples));
}

/** p(1−p) at the observed share, drawn half a count towards the middle so that it is never zero. */
function variance({ count }: VersionJudgement, samples: number): number {
  const p = (count + 0.5) / (samples + 1);
  return p * (1 - p);
}
