import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../io.ts';
import type { Credentials } from '../kubeconfig/credentials.ts';
import type { Auth } from '../kubeconfig/plain-auth.ts';
import { within } from './deadline.ts';
import { exchange, readBody } from './request.ts';
import { lateAnswer, requestFailure } from './connection-errors.ts';
import { warningTexts } from './warnings.ts';

/** Where requests go, and what each of them carries. */
export interface Wire {
  /** URL without a slash at its end. */
  server: string;
  context: string | undefined;
  credentials: Credentials;
  /** User agent and impersonation. */
  headers: Record<string, string | string[]>;
  /** Longest wait for one answer, in milliseconds; undefined: none. */
  requestTimeoutMs: number | undefined;
  /** Called with each text of a Warning header. */
  warn: (text: string) => void;
  clock: Clock;
}

export interface Request {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From the server's root, names encoded, without a query. */
  path: string;
  query?: Query;
  accept?: string;
  contentType?: string;
  body?: unknown;
  /** The request in words, to stand after "cannot" in messages: `apply TCPRoute demo/tcp-echo`. */
  asked: string;
  /** The body of a success is left to be read as it comes; the request timeout then ends with the headers. */
  streamed?: boolean;
}

/** Parameters of a URL; undefined ones are left out. */
export type Query = Record<string, string | readonly string[] | undefined>;

export interface Answer {
  code: number;
  response: IncomingMessage;
  /** Undefined where it is still to be read. */
  body: string | undefined;
}

/** The URL of a path on the server, which may have a path of its own. */
export function urlOf(server: string, path: string, query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    (value === undefined ? [] : [value].flat()).map((one): [string, string] => [name, one]),
  );
  return `${server}${path}${given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`}`;
}

/** One request and its answer, whatever its code. @throws ShiftError cluster: there is no answer; or the signal's reason */
export function attempt(request: Request, wire: Wire, signal: AbortSignal): Promise<Answer> {
  return authorized((auth, signal) => ask(request, auth, { wire, signal }), wire, signal);
}

/**
 * Runs an exchange under the request timeout, which leaves out the time that a sign-in takes. A 401 may only mean that a token has expired: the
 * credentials are then made anew, once.
 * @throws ShiftError cluster: there is no answer; config: the sign-in fails; or the signal's reason
 */
export async function authorized<T extends { code: number }>(
  run: (auth: Auth, signal: AbortSignal) => Promise<T>,
  wire: Wire,
  signal: AbortSignal,
): Promise<T> {
  const ms = wire.requestTimeoutMs;
  const bounds = { ms, late: () => lateAnswer(ms ?? 0), signal };
  const timed = (auth: Auth) => within(bounds, (signal) => run(auth, signal), wire.clock);
  try {
    const auth = await wire.credentials.current(signal);
    const answer = await timed(auth);
    if (answer.code !== 401 || !(await wire.credentials.renew(auth, signal))) return answer;
    return await timed(await wire.credentials.current(signal));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw requestFailure(error, wire);
  }
}

async function ask(
  request: Request,
  auth: Auth,
  { wire, signal }: { wire: Wire; signal: AbortSignal },
): Promise<Answer> {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const headers = { ...wire.headers, ...auth.headers, Accept: request.accept ?? 'application/json' };
  const typed = { ...headers, 'Content-Type': request.contentType ?? 'application/json' };
  const response = await exchange(
    {
      method: request.method,
      url: urlOf(wire.server, request.path, request.query),
      headers: body === undefined ? headers : typed,
      body,
      agent: auth.agent,
    },
    signal,
  );
  const code = response.statusCode ?? 0;
  for (const text of warningTexts(response.headersDistinct['warning'] ?? [])) wire.warn(text);
  return { code, response, body: request.streamed && code === 200 ? undefined : await readBody(response, signal) };
}
