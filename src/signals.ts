import { ShiftError } from './errors.ts';

const kinds = { SIGINT: 'interrupted', SIGTERM: 'terminated' } as const;
type EndSignal = keyof typeof kinds;
const signals = Object.keys(kinds) as EndSignal[];

/** More than anything takes that is still to be done after a signal, in milliseconds. */
const farewellMs = 10_000;
/** What a look-up, a connection or a program is given to go by itself when all is done, in milliseconds. */
const graceMs = 500;

/**
 * Aborts at the first signal that asks the process to end, with a ShiftError of its kind. From then on a signal means what the system makes of it,
 * which ends the process at once, even one that is busy: no listener would run in a busy one.
 * @returns to be called when all is done: what still keeps the process after a signal is not waited for
 */
export function heedSignals(abort: AbortController): () => void {
  let heard: EndSignal | undefined;
  const heed = (signal: EndSignal) => {
    for (const each of signals) process.off(each, heed);
    heard = signal;
    endAfter(farewellMs, signal);
    abort.abort(new ShiftError(kinds[signal], kinds[signal]));
  };
  for (const each of signals) process.on(each, heed);
  return () => {
    if (heard !== undefined) endAfter(graceMs, heard);
  };
}

/** Ends the process by its signal where it has not ended by itself until then. */
function endAfter(ms: number, signal: EndSignal): void {
  setTimeout(() => process.kill(process.pid, signal), ms).unref();
}
