import type { Classify } from './probe.ts';

/**
 * Versions told apart by what their answers start with, as tcp-echo does: the whole prefix, then a space or the end.
 * Where one prefix continues another, the longer one is tried first.
 */
export function byPrefix(versionOfPrefix: ReadonlyMap<string, string>): Classify {
  const longestFirst = [...versionOfPrefix].sort(([a], [b]) => b.length - a.length);
  return (reply) => {
    const found = longestFirst.find(([prefix]) => reply === prefix || reply.startsWith(`${prefix} `));
    return found === undefined ? null : found[1];
  };
}
