import { ShiftError } from '../../errors.ts';

/** A version as it is shown, and every other name that means it on input. */
export interface VersionName {
  name: string;
  aliases: readonly string[];
}

function distinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

/** How many leading segments all the lists share. */
function commonSegments(lists: readonly (readonly string[])[]): number {
  const [first = []] = lists;
  const end = first.findIndex((segment, index) => lists.some((list) => list[index] !== segment));
  return end < 0 ? first.length : end;
}

/**
 * The parts by which names differ: of `tcp-echo-v1` and `tcp-echo-v2`, `v1` and `v2`. Segments between hyphens stay whole. A name that
 * would vanish is kept, and so are all of them where the parts could be taken for one another.
 */
function shortNames(names: readonly string[]): string[] {
  if (names.length < 2) return [...names];
  const lists = names.map((name) => name.split('-'));
  const start = commonSegments(lists);
  const rests = lists.map((list) => list.slice(start));
  const end = commonSegments(rests.map((rest) => rest.toReversed()));
  const short = rests.map((rest, index) => rest.slice(0, rest.length - end).join('-') || names[index]!);
  const clear = distinct(short) && short.every((name, index) => !names.includes(name) || names[index] === name);
  return clear ? short : [...names];
}

/**
 * Names versions by the first of their candidates that tells all of them apart.
 * @param candidates for each version, its names from the most readable to the most qualified, as many for each
 * @returns undefined where not even the last candidates differ
 */
export function nameVersions(candidates: readonly (readonly string[])[], shorten: boolean): VersionName[] | undefined {
  const levels = candidates[0]?.length ?? 0;
  for (let level = 0; level < levels; level += 1) {
    const names = candidates.map((list) => list[level]!);
    if (distinct(names)) {
      const shown = shorten && level === 0 ? shortNames(names) : names;
      return shown.map((name, index) => ({ name, aliases: candidates[index]! }));
    }
  }
  return candidates.length === 0 ? [] : undefined;
}

/**
 * The shown name of the version that `asked` means.
 * @throws ShiftError usage: no version has this name, or several have
 */
export function resolveVersion(asked: string, versions: readonly VersionName[]): string {
  const matches = versions.filter(({ name, aliases }) => name === asked || aliases.includes(asked));
  if (matches.length === 1) return matches[0]!.name;
  const known = (matches.length === 0 ? versions : matches).map(({ name }) => name).join(', ');
  const message =
    matches.length === 0
      ? `the route has no version ${asked}; it has ${known}`
      : `${asked} can mean ${known.replaceAll(', ', ' or ')}`;
  throw new ShiftError('usage', message, { hint: `name one of: ${known}` });
}
