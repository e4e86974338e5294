import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** Who asks, as a SelfSubjectReview tells it. */
export interface Identity {
  username: string;
  uid?: string;
  groups: readonly string[];
  extra?: Readonly<Record<string, readonly string[]>>;
}

/** What a request asks for. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
}

/** One request, as the handlers see it. */
export interface Call extends Asked {
  headers: IncomingHttpHeaders;
  request: IncomingMessage;
  response: ServerResponse;
  identity: Identity;
  /** True where a test wants the request refused for lack of permission. */
  denied: boolean;
}

/** What a handler answers with. The text of `warnings` goes into Warning headers. */
export interface Reply {
  code: number;
  body: object | string | Buffer;
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
  warnings?: readonly string[];
}

/** A handler returns its answer, or undefined where it answers by itself, as a watch does. */
export type Handler = (
  call: Call,
  parameters: Readonly<Record<string, string | undefined>>,
) => Reply | undefined | Promise<Reply | undefined>;

export function askedBy({ method = 'GET', url = '/' }: IncomingMessage): Asked {
  const { pathname, searchParams } = new URL(url, 'https://localhost');
  return { method, path: pathname, query: searchParams };
}

export function ok(body: object, warnings: readonly string[] = []): Reply {
  return { code: 200, body, warnings };
}

/** Boolean query parameters as the API reads them: `1` and `true`. */
export function flag(query: URLSearchParams, name: string): boolean {
  return ['1', 'true'].includes(query.get(name) ?? '');
}
