import type { IncomingMessage } from 'node:http';
import { ShiftError } from '../../errors.ts';
import { isReset } from './connection-errors.ts';
import { oneLine } from '../../core/text.ts';
import { retryDelay } from './retry.ts';
import { statusError } from './status-errors.ts';
import type { Answer, Request, Wire } from './transport.ts';
import { attempt } from './transport.ts';

export interface RestReply {
  code: number;
  body: string;
}

/**
 * Sends a request until it has an answer other than "later"; a read is also repeated where the connection broke.
 * @throws ShiftError cluster: no answer; or the signal's reason
 */
async function answerTo(request: Request, wire: Wire, signal: AbortSignal): Promise<Answer> {
  for (let count = 1; ; count += 1) {
    const outcome = await attempt(request, wire, signal).catch((error: unknown) => {
      if (request.method === 'GET' && isReset(error)) return { error };
      throw error;
    });
    const delayMs = retryDelay(retryInputs(outcome), count, wire.clock.now());
    if (delayMs !== undefined) await wire.clock.sleep(delayMs, signal);
    else if ('error' in outcome) throw outcome.error;
    else return outcome;
  }
}

function retryInputs(outcome: Answer | { error: unknown }) {
  return 'error' in outcome ? outcome : { code: outcome.code, retryAfter: outcome.response.headers['retry-after'] };
}

/** The answer to a request, whatever its code. */
export async function send(request: Request, wire: Wire, signal: AbortSignal): Promise<RestReply> {
  const { code, body } = await answerTo(request, wire, signal);
  return { code, body: body ?? '' };
}

/** The document that a successful answer holds. @throws ShiftError as `statusError` makes it */
export async function fetchJson(request: Request, wire: Wire, signal: AbortSignal): Promise<unknown> {
  return parseReply(await send(request, wire, signal), request.asked);
}

/** The body of a successful answer, to be read as it comes. @throws ShiftError as `statusError` makes it */
export async function fetchStream(request: Request, wire: Wire, signal: AbortSignal): Promise<IncomingMessage> {
  const { code, response, body } = await answerTo({ ...request, streamed: true }, wire, signal);
  if (body !== undefined) throw statusError(code, body, request.asked);
  return response;
}

/** The document in a reply. @throws ShiftError as `statusError` makes it; cluster where the document is no JSON */
export function parseReply({ code, body }: RestReply, asked: string): unknown {
  if (code < 200 || code >= 300) throw statusError(code, body, asked);
  try {
    return JSON.parse(body);
  } catch (error) {
    const start = oneLine(body).slice(0, 100);
    throw new ShiftError('cluster', `cannot ${asked}: the answer is no JSON; it starts with "${start}"`, {
      hint: 'check that the server in the kubeconfig is a Kubernetes API server',
      cause: error,
    });
  }
}
