import type { Answer, Api, Call } from '../stack/api.ts';
import { watched, type Watching } from './watched.ts';

/** The answers so far, by the name of their request. */
export type Answers = ReadonlyMap<string, Answer>;

/** One request of the comparison. Requests run in order, so that later ones build on what earlier ones left. */
export interface Exchange extends Omit<Call, 'body'> {
  /** What it is about: a kind at a version, the server. */
  about: string;
  /** What it asks, the same words for every kind. */
  what: string;
  path: string;
  /** The body, or what makes it of earlier answers: a resourceVersion, a uid. */
  body?: unknown;
  /** Makes a watch of it: the answer is the list of its events. */
  watch?: Watching;
}

/** Marks a body that is made of earlier answers. */
export type BodyOf = (answers: Answers) => unknown;

/** The request's name, unique among all. */
export function requestName({ about, what }: Pick<Exchange, 'about' | 'what'>): string {
  return `${about}: ${what}`;
}

/** Sends all requests to one cluster, in order. */
export async function record(api: Api, exchanges: readonly Exchange[]): Promise<Answers> {
  const answers = new Map<string, Answer>();
  for (const exchange of exchanges) {
    const name = requestName(exchange);
    if (answers.has(name)) throw new Error(`two requests are called ${name}`);
    answers.set(name, await answerTo(exchange, api, answers));
  }
  return answers;
}

function answerTo({ about: _a, what: _w, path, body, watch, ...call }: Exchange, api: Api, answers: Answers) {
  if (watch) return watched(api, { ...call, path: path + startOf(watch, answers) }, watch);
  const made = typeof body === 'function' ? (body as BodyOf)(answers) : body;
  return api.send(path, { ...call, ...(made === undefined ? {} : { body: made }) });
}

function startOf({ since }: Watching, answers: Answers): string {
  return since === undefined ? '' : `&resourceVersion=${answers.get(since)?.body.metadata.resourceVersion}`;
}

/** The object of an earlier answer with some fields changed. */
export function changed(request: string, change: (object: any) => void): BodyOf {
  return (answers) => {
    const object = structuredClone(answers.get(request)?.body);
    change(object);
    return object;
  };
}
