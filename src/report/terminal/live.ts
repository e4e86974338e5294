import type { Clock, Io, Output } from '../../io.ts';
import { liveLine, liveLines, type LiveState } from './live-lines.ts';
import { occupyScreen } from './screen.ts';
import { isInteractive, spinnerStage } from './spinner.ts';
import { createStyle } from './style.ts';

/** Shows how a verification goes while it runs. */
export interface Live {
  /** Tells that something has changed. The state is asked for only when it is time to show it, at most ten times a second. */
  changed(state: () => LiveState): void;
  /** Takes the block off the screen; the result is written by whoever ends it. */
  end(): void;
}

export interface LiveOptions {
  stderr: Output;
  env: Io['env'];
  quiet: boolean;
  clock: Clock;
}

/** Milliseconds between two states, redrawn in place or as lines of a log. */
const pace = { redrawn: 100, logged: 5000 };

/** A block that is redrawn in place where stderr is a terminal and CI is unset, otherwise a line every few seconds. */
export function createLive({ stderr, env, quiet, clock }: LiveOptions): Live {
  if (quiet) return { changed: () => {}, end: () => {} };
  return isInteractive(stderr, env) ? redrawn(stderr, env, clock) : logged(stderr, clock);
}

function redrawn(stderr: Output, env: Io['env'], clock: Clock): Live {
  const style = createStyle(stderr, env);
  const stage = spinnerStage(stderr, style);
  const isDue = every(pace.redrawn, clock);
  const end = () => stage.idle();
  occupyScreen(stderr, end);
  return {
    changed: (state) => {
      if (isDue()) stage.show(liveLines(state(), style, stderr.columns).join('\n'));
    },
    end,
  };
}

function logged(stderr: Output, clock: Clock): Live {
  const isDue = every(pace.logged, clock);
  return {
    changed: (state) => {
      if (isDue()) stderr.write(`${liveLine(state())}\n`);
    },
    end: () => {},
  };
}

/** A question that is answered with yes at most once in so many milliseconds, and not before the first of them are over. */
function every(ms: number, clock: Clock): () => boolean {
  let last = clock.monotonic();
  return () => {
    const now = clock.monotonic();
    if (now - last < ms) return false;
    last = now;
    return true;
  };
}
