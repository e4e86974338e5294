import { ApiError, type Answer, type Api, type Call, type WatchEvent } from '../stack/api.ts';

type Sent = Call & { path: string };

/** What goes on while a watch is open, and how much of it the watch has to tell. */
export interface Watching {
  /** Name of the list that the watch goes on from. */
  since?: string;
  /** The event that the requests wait for; they begin at once where none is named. */
  after?: WatchEvent['type'];
  /** What is sent meanwhile, one request after another. */
  meanwhile?: readonly Sent[];
  /** The event that is the last to be waited for; the end of the stream where none is named. */
  until?: WatchEvent['type'];
}

const longestMs = 20_000;

/** Opens a watch, sends the requests, and resolves with the events as the body of an answer. Throws where they do not come. */
export async function watched(api: Api, { path, ...call }: Sent, watching: Watching): Promise<Answer> {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(new Error(`${path}: the watch told too little`)), longestMs);
  try {
    const body = await collected(api, await api.events(path, call, stop.signal), { ...watching, stop });
    return { status: 200, headers: {}, body };
  } catch (error) {
    if (error instanceof ApiError) return error.answer;
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    clearTimeout(late);
    stop.abort();
  }
}

type Collecting = Watching & { stop: AbortController };

async function collected(api: Api, events: AsyncIterable<WatchEvent>, collecting: Collecting): Promise<WatchEvent[]> {
  const { after, until, meanwhile = [], stop } = collecting;
  const act = () => sendAll(api, meanwhile).catch((error) => stop.abort(error));
  const told: WatchEvent[] = [];
  let acting = after ? undefined : act();
  for await (const event of events) {
    told.push(event);
    if (event.type === after) acting ??= act();
    if (event.type === until) break;
  }
  await acting;
  return told;
}

async function sendAll(api: Api, requests: readonly Sent[]): Promise<void> {
  for (const { path, ...call } of requests) await api.call(path, call);
}
