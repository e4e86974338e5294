import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../store/api-error.ts';
import { askedBy, type Call, type Reply } from './call.ts';
import type { Fault } from './faults.ts';
import { faultyReply } from './faulty-reply.ts';
import { failure, pageNotFound, send } from './reply.ts';
import type { Route } from './routes.ts';

/** Throws ApiError 401 unless the request carries the token. */
export function requireToken(request: IncomingMessage, token: string): void {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new ApiError(401, 'Unauthorized', 'Unauthorized');
}

function callOf(request: IncomingMessage, response: ServerResponse, denied: boolean): Call {
  return { ...askedBy(request), headers: request.headers, request, response, denied };
}

async function answer(call: Call, route: Route): Promise<Reply | undefined> {
  try {
    const found = route(call.method, call.path);
    if (!found) return pageNotFound;
    const reply = await found.handler(call, found.parameters);
    return reply ?? (call.response.headersSent ? undefined : pageNotFound);
  } catch (error) {
    return failure(error);
  }
}

export interface Serving {
  route: Route;
  token: string;
  fault: Fault | undefined;
}

/** Answers one request. */
export async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { route, token, fault }: Serving,
): Promise<void> {
  const call = callOf(request, response, fault?.do === 'deny');
  if (fault?.do === 'reset' && fault.when === 'before') return void request.socket.destroy();
  if (fault?.do === 'delay') await delay(fault.ms);
  if (fault?.do === 'drop') dropLater(response, fault);
  const reply = authorized(request, token) ?? faultyReply(fault, call) ?? (await answer(call, route));
  if (fault?.do === 'reset') return void request.socket.destroy();
  if (reply && !response.destroyed) send(response, reply);
}

function authorized(request: IncomingMessage, token: string): Reply | undefined {
  try {
    requireToken(request, token);
    return undefined;
  } catch (error) {
    return failure(error);
  }
}

function dropLater(response: ServerResponse, { afterMs, how }: Extract<Fault, { do: 'drop' }>): void {
  const timer = setTimeout(() => (how === 'end' ? response.end() : response.socket?.destroy()), afterMs);
  response.on('close', () => clearTimeout(timer));
}
