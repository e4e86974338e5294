import { ShiftError } from '../../errors.ts';
import type { Fraction } from './fraction.ts';
import { formatDecimal, fraction, parseDecimal } from './fraction.ts';

/** What a user wants one version to get. */
export interface Assignment {
  /** As the user wrote it; the route's own name once resolved. */
  version: string;
  /** Percent of all new connections, exact, in [0, 100]. */
  percent: Fraction;
}

export const hundred = fraction(100);

const example = 'write VERSION=PERCENT, for example: v2=20';

function parsePercent(word: string, text: string): Fraction {
  if (text === '') throw new ShiftError('usage', `${word} has no percentage after the "="`, { hint: example });
  const percent = parseDecimal(text.endsWith('%') ? text.slice(0, -1) : text);
  if (!percent) {
    const hint = text.includes(',') ? 'write decimals with a point, for example: v2=0.5' : example;
    throw new ShiftError('usage', `${word}: "${text}" is not a percentage`, { hint });
  }
  if (percent.lt(0)) {
    throw new ShiftError('usage', `${word} is negative; a percentage is 0 to 100`, { hint: example });
  }
  if (percent.gt(hundred)) {
    throw new ShiftError('usage', `${word} is over 100 percent`, { hint: example });
  }
  return percent;
}

function parseAssignment(word: string): Assignment {
  if (/[\p{Cc}\u2028\u2029]/u.test(word)) {
    throw new ShiftError('usage', 'a share has a character in it that cannot be printed', { hint: example });
  }
  const equals = word.indexOf('=');
  if (equals < 0) throw new ShiftError('usage', `"${word}" has no "="`, { hint: example });
  if (equals === 0) throw new ShiftError('usage', `"${word}" names no version before the "="`, { hint: example });
  const version = word.slice(0, equals);
  if (/\s/.test(version)) {
    throw new ShiftError('usage', `"${word}" names no version: no name has white space in it`, { hint: example });
  }
  return { version, percent: parsePercent(word, word.slice(equals + 1)) };
}

/** Refuses a version that is named twice. @throws ShiftError usage */
export function refuseRepeats(assignments: readonly Assignment[]): void {
  const seen = new Map<string, Assignment>();
  for (const assignment of assignments) {
    const { version, percent } = assignment;
    const earlier = seen.get(version);
    if (earlier) {
      const values = `${formatPercent(earlier.percent)} and ${formatPercent(percent)}`;
      throw new ShiftError('usage', `version ${version} is named twice, with ${values}`, {
        hint: `name ${version} once`,
      });
    }
    seen.set(version, assignment);
  }
}

/**
 * Reads `v2=20`, `v2=20%` or `v2=0.5` (always percent: 0.5 is half a percent), or the version of `--all-to`, exactly.
 * @throws ShiftError usage: nothing asked, both ways used, a version twice, or a word that is no assignment
 */
export function parseAssignments(words: readonly string[], allTo?: string): Assignment[] {
  if (allTo !== undefined) {
    if (words.length > 0) {
      const message = `--all-to ${allTo} leaves nothing for ${words.join(' ')}`;
      throw new ShiftError('usage', message, { hint: 'use either --all-to VERSION or VERSION=PERCENT' });
    }
    if (allTo === '')
      throw new ShiftError('usage', '--all-to names no version', {
        hint: 'name the version, for example: --all-to v1',
      });
    return [{ version: allTo, percent: hundred }];
  }
  if (words.length === 0) throw new ShiftError('usage', 'no version was given a weight', { hint: example });
  const assignments = words.map(parseAssignment);
  refuseRepeats(assignments);
  return assignments;
}

/** A percentage for people, such as `20%`, or `≈33.333333%` where six decimals cannot tell it. */
export function formatPercent(percent: Fraction): string {
  return `${formatDecimal(percent, 6)}%`;
}

/** Words with `=` are shares; the one word without is the route. */
export function readWeightArguments(args: readonly string[]): { route: string | undefined; words: string[] } {
  const words = args.filter((word) => word.includes('='));
  const [route, second] = args.filter((word) => !word.includes('='));
  if (second !== undefined) {
    throw new ShiftError('usage', `one route can be shifted at a time, and ${route} and ${second} were named`, {
      hint: 'name one route, and write shares with "=", for example: v2=20',
    });
  }
  return { route, words };
}
