import { ShiftError } from '../errors.ts';
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

/**
 * Versions read out of the answer by a regular expression with a named group `version`.
 * @param known where given, any other version is unknown
 * @throws {ShiftError} usage, where the expression does not compile or lacks the group
 */
export function byPattern(pattern: string, known?: ReadonlySet<string>): Classify {
  const expression = compile(pattern);
  return (reply) => {
    const version = expression.exec(reply)?.groups?.['version'];
    if (version === undefined || version === '') return null;
    return known === undefined || known.has(version) ? version : null;
  };
}

const example = "write the version as a named group, for example: --version-from '^(?<version>\\S+)'";

function compile(pattern: string): RegExp {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch (error) {
    const reason = (error as SyntaxError).message.replace(/^Invalid regular expression: /, '');
    throw new ShiftError('usage', `--version-from is not a regular expression: ${reason}`, {
      hint: example,
      cause: error,
    });
  }
  if (!namesVersion(expression)) {
    throw new ShiftError('usage', `--version-from ${expression} has no group named version`, { hint: example });
  }
  return expression;
}

/** An alternative that matches nothing always succeeds, and then lists every group that the expression names. */
function namesVersion({ source }: RegExp): boolean {
  const groups = new RegExp(`${source}|`).exec('')?.groups;
  return groups !== undefined && 'version' in groups;
}
