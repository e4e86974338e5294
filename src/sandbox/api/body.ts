import { parse as parseYaml } from 'yaml';
import type { IncomingMessage } from 'node:http';
import { firstLine } from '../../core/text.ts';
import type { Kind } from '../objects/kinds.ts';
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
export async function decodeObject(
  body: Buffer,
  type: string,
  { kind }: Pick<Kind, 'kind'>,
): Promise<Record<string, any>> {
  if (type === protobufType) return decodeProtobuf(body);
  if (!objectTypes.includes(type)) throw unsupportedMediaType(objectTypes);
  const text = body.toString('utf8');
  try {
    const value = type === 'application/json' ? parseJson(text, noKind) : parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new Error(`${noKind}json: cannot unmarshal ${jsonType(value)} into Go value of type ${kindOnly}`);
  } catch (error) {
    const why = `${(error as Error).message} (${summary(body)})`;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why}`);
  }
}

const noKind = "couldn't get version/kind; json parse error: ";
const kindOnly = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** The first 30 bytes, as hexadecimal digits where they are no object. */
function summary(body: Buffer): string {
  if (body.length === 0) return '<empty>';
  const start = body.subarray(0, 30).toString(body[0] === '{'.charCodeAt(0) ? 'utf8' : 'hex');
  return body.length > 30 ? `${start} ...` : start;
}

/** JSON, or else YAML. Throws Error that says what is wrong with the text. */
export function parse(text: string): any {
  if (/^\s*[{[]/.test(text)) return parseJson(text, noKind);
  try {
    return parseYaml(text);
  } catch (error) {
    throw new Error(`yaml: ${firstLine((error as Error).message)}`, { cause: error });
  }
}

/** Throws Error in the words of the real server where it has some for the fault. */
export function parseJson(text: string, prefix: string): any {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${prefix}${jsonProblem(text, error as Error)}`, { cause: error });
  }
}

function jsonProblem(text: string, { message }: Error): string {
  const [first] = text.trimStart();
  if (first && !/[{["\-\dtfn]/.test(first)) return `invalid character '${first}' looking for beginning of value`;
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
  return position >= text.length ? 'unexpected end of JSON input' : message;
}
