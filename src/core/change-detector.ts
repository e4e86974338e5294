import { shares, type Split } from './split.ts';

const falseAlarm = 0.001;

/** Watches outcomes for the moment from which they speak for a new split rather than the old one. */
export interface ChangeDetector {
  /** Takes the version of one connection, null for a failure; true once the new split is in force. */
  observe(version: string | null): boolean;
}

/**
 * Page's CUSUM test (Page 1954) on the log-likelihood ratio of `after` against `before`, reset at zero because the change may come
 * at any moment. One connection that only the new split allows decides at once; one that it forbids starts afresh.
 * While the old split lasts, a false alarm comes on average no sooner than after 1 / `alpha` connections (Lorden 1971).
 */
export function detectChange(before: Split, after: Split, alpha = falseAlarm): ChangeDetector {
  const old = shares(before);
  const wanted = shares(after);
  const threshold = Math.log(1 / alpha);
  let evidence = 0;
  return {
    observe(version) {
      if (version === null) return false;
      const ratio = Math.log(wanted.get(version) ?? 0) - Math.log(old.get(version) ?? 0);
      if (!Number.isNaN(ratio)) evidence = Math.max(0, evidence + ratio);
      return evidence >= threshold;
    },
  };
}

/**
 * About how many connections `detectChange` takes once the new split is in force: ln(1 / alpha) over the Kullback–Leibler divergence
 * of the new split from the old (Lorden 1971). Small where a version appears, large where shares move by a little.
 */
export function connectionsToTell(before: Split, after: Split, alpha = falseAlarm): number {
  const old = shares(before);
  const present = [...shares(after)].filter(([, share]) => share > 0);
  const appeared = present.filter(([version]) => (old.get(version) ?? 0) === 0).map(([, share]) => share);
  if (appeared.length > 0) return Math.ceil(1 / Math.max(...appeared));
  const divergence = present.reduce((sum, [version, share]) => sum + share * Math.log(share / old.get(version)!), 0);
  return Math.ceil(Math.log(1 / alpha) / divergence);
}
