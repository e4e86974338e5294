import type { IncomingMessage } from 'node:http';
import { ApiError, badRequest, unsupportedMediaType } from '../store/api-error.ts';
import { decodeProtobuf, protobufType } from './protobuf/decode.ts';

// The limit of a real API server, in bytes.
const maxBody = 3 * 1024 * 1024;

/** The whole body; ApiError 413 where it is longer than a real server would take. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // What is too long is still read to its end: a client that is cut off while it sends does not see the answer.
    if (length <= maxBody) chunks.push(chunk);
  }
  if (length > maxBody) throw tooLarge();
  return Buffer.concat(chunks);
}

function tooLarge(): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${maxBody}`, {});
}

/** The media type without its parameters; JSON where the client names none. */
export function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? 'application/json').split(';')[0]!.trim().toLowerCase();
}

const objectTypes = ['application/json', 'application/yaml', protobufType];

/** The object in a body; ApiError 415 for another media type, 400 where it does not parse. */
export async function decodeObject(body: Buffer, type: string): Promise<Record<string, any>> {
  if (type === protobufType) return decodeProtobuf(body);
  if (!objectTypes.includes(type)) throw unsupportedMediaType(objectTypes);
  const value = await parse(body.toString('utf8'));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw badRequest("couldn't get version/kind; json parse error: the body is no object");
}

/** JSON, or else YAML, which is loaded only where a client sends it. */
export async function parse(text: string): Promise<any> {
  try {
    if (/^\s*[{[]/.test(text)) return JSON.parse(text);
    const yaml = await import('yaml');
    return yaml.parse(text);
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}
