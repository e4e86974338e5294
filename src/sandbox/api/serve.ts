import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { authorize } from './authorize.ts';
import { askedBy, type Asked, type Reply } from './call.ts';
import type { Fault } from './faults.ts';
import { faultyReply } from './faulty-reply.ts';
import { failure, pageNotFound, send } from './reply.ts';
import type { Route } from './routes.ts';

export interface Serving {
  route: Route;
  token: string;
  fault: Fault | undefined;
}

interface OpenRequest {
  asked: Asked;
  request: IncomingMessage;
  response: ServerResponse;
}

async function answer({ asked, request, response }: OpenRequest, { route, token, fault }: Serving) {
  try {
    const identity = authorize(request, asked, token);
    const faulty = faultyReply(fault, asked);
    const isLate = fault?.do === 'answer' && fault.when === 'after';
    if (faulty && !isLate) return faulty;
    const found = route(asked.method, asked.path);
    if (!found) return pageNotFound;
    const denied = fault?.do === 'deny';
    const call = { ...asked, headers: request.headers, request, response, denied, identity };
    const reply: Reply | undefined = await found.handler(call, found.parameters);
    return faulty ?? reply ?? (response.headersSent ? undefined : pageNotFound);
  } catch (error) {
    return failure(error);
  }
}

/** Answers one request. */
export async function serve(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { fault } = serving;
  if (fault?.do === 'reset' && fault.when === 'before') return void request.socket.destroy();
  if (fault?.do === 'delay') await delay(fault.ms);
  if (fault?.do === 'wait') await fault.for;
  if (fault?.do === 'drop') dropLater(response, fault);
  const reply = await answer({ asked: askedBy(request), request, response }, serving);
  if (fault?.do === 'reset') return void request.socket.destroy();
  if (reply && !response.destroyed) send(response, reply);
}

function dropLater(response: ServerResponse, { afterMs, how }: Extract<Fault, { do: 'drop' }>): void {
  const timer = setTimeout(() => (how === 'end' ? response.end() : response.socket?.destroy()), afterMs);
  response.on('close', () => clearTimeout(timer));
}
