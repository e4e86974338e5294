import { ShiftError } from '../../errors.ts';
import { byPattern, byPrefix } from '../../probe/classify.ts';
import type { Exchange } from '../../probe/probe.ts';
import { replyVersions } from '../../routing/reply-versions.ts';
import type { Session } from '../session.ts';
import type { Target } from '../route/target.ts';

export interface ExchangeOptions {
  send?: string;
  readFirst?: boolean;
  versionFrom?: string;
  /** Milliseconds. */
  probeTimeout?: number;
}

/** The conversation of each probe, and how its reply tells the version. Undefined where nothing tells the versions apart. */
export async function findExchange(
  options: ExchangeOptions,
  target: Target,
  session: Session,
): Promise<Exchange | undefined> {
  const { send, readFirst = false, versionFrom, probeTimeout: timeoutMs = 5000 } = options;
  const talk = { readFirst, timeoutMs, ...(send === undefined ? {} : { send }) };
  if (versionFrom !== undefined)
    return { ...talk, classify: byPattern(versionFrom, new Set(target.view.backends.keys())) };
  const prefixes = await replyVersions(target.view, session.cluster);
  return prefixes.size === 0 ? undefined : { ...talk, classify: byPrefix(prefixes) };
}

/** @throws ShiftError usage: nothing tells the versions apart */
export async function needExchange(options: ExchangeOptions, target: Target, session: Session): Promise<Exchange> {
  const exchange = await findExchange(options, target, session);
  if (exchange) return exchange;
  const versions = [...target.view.backends.keys()].join(', ');
  throw new ShiftError('usage', `nothing tells the replies of ${versions} apart: their pods are not tcp-echo servers`, {
    hint: "give --version-from with a named group, such as --version-from '^(?<version>v[0-9]+)'",
  });
}
