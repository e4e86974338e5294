import type { Outcome, Sample } from '../core/sample.ts';
import { ShiftError } from '../errors.ts';
import type { Clock } from '../io.ts';
import { longestReply, podLoopCommand, noNetcat, startWord, type PodLoopOptions } from './pod-script.ts';
import type { Classify } from './probe.ts';

/** Runs a command in the client's container, hands over its lines, and resolves with its exit status. */
export type RunInPod = (
  command: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
) => Promise<number>;

export interface PodLoopDeps {
  run: RunInPod;
  classify: Classify;
  clock: Clock;
  signal?: AbortSignal;
}

/**
 * The samples of a loop that runs in a pod, in the order in which their probes started. Stopping early ends the command.
 * @throws {ShiftError} config, where the container has no nc; cluster, where the loop ended before its last probe;
 * and whatever `run` throws
 */
export async function* podLoop(options: PodLoopOptions, deps: PodLoopDeps): AsyncGenerator<Sample, undefined> {
  const stop = new AbortController();
  const signal = deps.signal ? AbortSignal.any([deps.signal, stop.signal]) : stop.signal;
  const lines = lineQueue();
  const ended = deps.run(podLoopCommand(options), lines.push, signal).finally(lines.end);
  // Its failure is thrown below, when the lines that came before it have been read.
  ended.catch(() => {});
  const parse = podLoopParser(options, deps.classify, deps.clock);
  const ahead = new Map<number, Sample>();
  let count = 0;
  try {
    for await (const line of lines) {
      const sample = parse(line);
      if (sample === undefined) continue;
      ahead.set(sample.index, sample);
      for (let next; (next = ahead.get(count)) !== undefined; count += 1) {
        ahead.delete(count);
        yield next;
      }
    }
    const status = await ended;
    if (count < options.count) throw cutShort(status, count, options.count);
  } finally {
    stop.abort();
  }
  return undefined;
}

/**
 * A function that makes a sample of each line of the loop, and undefined of its first. The times are on the caller's
 * clock, set when the first line arrives, because the pod's may be wrong and counts in seconds.
 * @throws {ShiftError} config, where the container has no nc
 */
function podLoopParser(
  { timeoutMs }: { timeoutMs: number },
  classify: Classify,
  clock: Clock,
): (line: string) => Sample | undefined {
  let epochOfBoot = clock.now();
  return (line) => {
    const [first, second] = line.split(' ', 2);
    if (first === noNetcat) {
      throw new ShiftError('config', 'the client container has no nc to probe with', {
        hint: 'probe with --from local or --from port-forward',
      });
    }
    if (first === startWord) epochOfBoot = clock.now() - Number(second) * 10;
    const fields = probeLine.exec(line);
    if (fields === null) return undefined;
    const [index, begin, end, status] = fields.slice(1, 5).map(Number) as [number, number, number, number];
    const text = fields[6]!.slice(0, longestReply).replace(/\r$/, '');
    const latencyMs = (end - begin) * 10;
    const whole = fields[5] === '1';
    const version = whole ? classify(text) : null;
    const outcome = whole ? answered(version) : unanswered(status, latencyMs >= wholeSeconds(timeoutMs));
    const time = new Date(epochOfBoot + begin * 10).toISOString();
    return { index, time, version, outcome, latencyMs, reply: whole || text !== '' ? text : null };
  };
}

const probeLine = /^(\d+) (\d+) (\d+) (\d+) ([01]) (.*)$/s;

function answered(version: string | null): Outcome {
  return version === null ? 'unknown' : 'reply';
}

/** nc tells a reset from an end no more than the page's loop does. */
function unanswered(status: number, late: boolean): Outcome {
  if (late) return 'timeout';
  return status === 0 ? 'eof' : 'refused';
}

function wholeSeconds(ms: number): number {
  return Math.ceil(ms / 1000) * 1000;
}

function cutShort(status: number, count: number, asked: number): ShiftError {
  return new ShiftError(
    'cluster',
    `the loop in the client pod ended after ${count} of ${asked} probes (exit status ${status})`,
    {
      hint: 'see whether the client pod was restarted: kubectl describe pod',
    },
  );
}

interface LineQueue extends AsyncIterable<string> {
  push: (line: string) => void;
  end: () => void;
}

function lineQueue(): LineQueue {
  const lines: string[] = [];
  let done = false;
  let wake = () => {};
  return {
    push: (line) => {
      lines.push(line);
      wake();
    },
    end: () => {
      done = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        yield* lines.splice(0);
        if (done) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
