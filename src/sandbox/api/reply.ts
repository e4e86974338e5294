import type { ServerResponse } from 'node:http';
import { ApiError } from '../store/api-error.ts';
import type { Reply } from './call.ts';

/** A Warning header as RFC 7234 has it: code, no agent, quoted text. */
function warningHeader(text: string): string {
  return `299 - "${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** Adds a warning to the answer that is to come, whichever that will be. */
export function warn(response: ServerResponse, text: string): void {
  response.appendHeader('warning', warningHeader(text));
}

/** The answer to a failed request. Whatever is no ApiError is a fault of the server: a 500 that carries its message. */
export function failure(error: unknown): Reply {
  const { status } = error instanceof ApiError ? error : internal(error);
  const seconds = status.details?.retryAfterSeconds;
  const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) };
  return { code: status.code, body: status, headers };
}

function internal(error: unknown): ApiError {
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

export const pageNotFound: Reply = {
  code: 404,
  body: '404 page not found\n',
  contentType: 'text/plain; charset=utf-8',
};

/** Writes the answer. Objects go out as JSON. */
export function send(
  response: ServerResponse,
  { code, body, contentType = 'application/json', headers = {}, warnings = [] }: Reply,
): void {
  const bytes =
    typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : Buffer.from(`${JSON.stringify(body)}\n`);
  for (const text of warnings) warn(response, text);
  response.writeHead(code, {
    'content-type': contentType,
    'content-length': bytes.length,
    'cache-control': 'no-cache, private',
    ...headers,
  });
  response.end(bytes);
}
