import { RE2JS, RE2JSSyntaxException } from 're2js';
import { ShiftError } from '../errors.ts';
import type { Classify } from './probe.ts';

/**
 * Versions read out of the answer by a regular expression with a named group `version`, in the syntax of RE2, which is
 * that of Go. It takes time linear in the answer, whatever that is: a backtracking engine could take forever over the
 * 4096 code units that an answer has at most.
 * @param known where given, any other version is unknown
 * @throws {ShiftError} usage, where the expression does not compile or lacks the group
 */
export function byPattern(pattern: string, known?: ReadonlySet<string>): Classify {
  const expression = compile(pattern);
  return (reply) => {
    const found = expression.exec(reply) as RegExpExecArray | null;
    const version = found?.groups?.['version'];
    if (version === undefined || version === '') return null;
    return known === undefined || known.has(version) ? version : null;
  };
}

/** What a match takes grows with the pattern too: a long one would keep the process busy with one answer. */
const longestPattern = 1000;

const example = "write the version as a named group, for example: --version-from '^(?<version>\\S+)'";

function compile(pattern: string): RE2JS {
  if (pattern.length > longestPattern) {
    const found = `--version-from has ${pattern.length} characters; it may have ${longestPattern} at most`;
    throw new ShiftError('usage', found, { hint: example });
  }
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(pattern);
  } catch (error) {
    throw error instanceof RE2JSSyntaxException ? unreadable(error) : error;
  }
  if (!('version' in expression.namedGroups())) {
    throw new ShiftError('usage', `--version-from ${pattern} has no group named version`, { hint: example });
  }
  return expression;
}

/** What other engines have and RE2 has not, by how it starts. */
const backtracking: readonly [start: RegExp, name: string][] = [
  [/^\(\?[=!]/, 'look-ahead'],
  [/^\(\?<[=!]/, 'look-behind'],
  [/^\(\?>/, 'an atomic group'],
  [/^\\[1-9k]/, 'a back-reference'],
];

function unreadable(error: RE2JSSyntaxException): ShiftError {
  const place = error.getPattern() ?? '';
  for (const [start, name] of backtracking) {
    const found = start.exec(place)?.[0];
    if (found === undefined) continue;
    const message = `--version-from has ${name}, ${found}, which is not supported: it cannot be matched in linear time`;
    return new ShiftError('usage', message, {
      hint: "say it without, in the syntax of RE2, as in --version-from '^(?<version>\\S+)'",
      cause: error,
    });
  }
  const reason = `${error.getDescription()}${place === '' ? '' : `: "${place}"`}`;
  return new ShiftError('usage', `--version-from is not a regular expression of RE2: ${reason}`, {
    hint: example,
    cause: error,
  });
}
