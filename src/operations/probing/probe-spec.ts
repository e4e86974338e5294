import { defined } from '../../core/defined.ts';
import { ShiftError } from '../../errors.ts';
import { byPrefix } from '../../probe/classify.ts';
import type { Exchange } from '../../probe/probe.ts';
import { replyVersions } from '../../routing/reply-versions.ts';
import type { Target } from '../route/target.ts';
import { sessionOnce, type Session } from '../session.ts';

/** What each probe says, and how the reply tells its version. */
export interface ProbeSpec {
  /** Line to send, without its end; the time where absent. */
  send?: string;
  /** The server speaks first: nothing is sent. */
  readFirst?: boolean;
  /** A regular expression of RE2, as Go's, with a group `version`; tcp-echo's own prefixes where absent. */
  versionFrom?: string;
  /** Longest time for one probe, in milliseconds; 5 s where absent. */
  timeoutMs?: number;
}

/** The conversation of each probe. */
export interface FoundExchange {
  exchange: Exchange;
  /** False where nothing tells the versions apart: then every reply is of none. */
  tellsVersions: boolean;
}

/** @throws ShiftError usage: the pattern is none */
export async function findExchange(spec: ProbeSpec, target: Target, session: Session): Promise<FoundExchange> {
  const { cluster } = sessionOnce(session);
  const { send, readFirst = false, versionFrom, timeoutMs = 5000 } = spec;
  const talk = { readFirst, timeoutMs, ...defined({ send }) };
  if (versionFrom !== undefined) {
    const { byPattern } = await import('../../probe/pattern.ts');
    const classify = byPattern(versionFrom, new Set(target.view.backends.keys()));
    return { exchange: { ...talk, classify }, tellsVersions: true };
  }
  const prefixes = await replyVersions(target.view, cluster);
  const tellsVersions = prefixes.size > 0;
  return { exchange: { ...talk, classify: tellsVersions ? byPrefix(prefixes) : () => null }, tellsVersions };
}

/** @throws ShiftError usage: nothing tells the versions apart */
export async function needExchange(spec: ProbeSpec, target: Target, session: Session): Promise<Exchange> {
  const { exchange, tellsVersions } = await findExchange(spec, target, session);
  if (tellsVersions) return exchange;
  const versions = [...target.view.backends.keys()].join(', ');
  throw new ShiftError('usage', `nothing tells the replies of ${versions} apart: their pods are not tcp-echo servers`, {
    hint: "give --version-from with a named group, such as --version-from '^(?<version>v[0-9]+)'",
  });
}
