import { formatDuration } from '../../core/duration.ts';
import type { Io, Output, Progress, Step } from '../../io.ts';
import { occupyScreen } from './screen.ts';
import { isInteractive, spinnerStage, type Stage } from './spinner.ts';
import { createStyle, type Style } from './style.ts';

export interface ProgressOptions {
  stderr: Output;
  env: Io['env'];
  /** Warnings only. */
  quiet: boolean;
  /** Say how long each step took, and details. */
  verbose: boolean;
}

/**
 * A spinner where stderr is a terminal and CI is unset, otherwise one line for each change of state. Steps may overlap:
 * the latest is shown. Steps left open are ended, as failed, by `settleScreen`.
 */
export function createProgress({ stderr, env, quiet, verbose }: ProgressOptions): Progress {
  const style = createStyle(stderr, env);
  const marks = marksOf(style);
  const stage = quiet
    ? silentStage(stderr)
    : isInteractive(stderr, env)
      ? spinnerStage(stderr, style)
      : logStage(stderr);
  const open = new Map<Step, string>();

  const showLatest = () => {
    const latest = [...open.values()].at(-1);
    if (latest !== undefined) stage.show(latest);
  };
  const step = (text: string): Step => {
    const started = performance.now();
    const end = (mark: string, last?: string) => {
      const said = last ?? open.get(self);
      if (!open.delete(self)) return;
      if (open.size === 0) stage.idle();
      const took = verbose ? style.dim(` (${formatDuration(performance.now() - started)})`) : '';
      if (!quiet) stage.leave(`${mark} ${said}${took}`);
      showLatest();
    };
    const self: Step = {
      update: (next) => {
        if (!open.has(self) || open.get(self) === next) return;
        open.set(self, next);
        showLatest();
      },
      done: (last) => end(marks.done, last),
      fail: (last) => end(marks.failed, last),
    };
    open.set(self, text);
    occupyScreen(stderr, () => [...open.keys()].reverse().forEach((each) => each.fail()));
    showLatest();
    return self;
  };
  const note = (text: string): void => {
    if (!quiet) stage.leave(text);
  };
  return {
    step,
    warn: (text) => stage.leave(`${style.yellow('warning:')} ${text}`),
    note,
    detail: (text) => {
      if (verbose) note(text);
    },
  };
}

function marksOf({ green, red, unicode }: Style): { done: string; failed: string } {
  return unicode ? { done: green('✓'), failed: red('✗') } : { done: green('ok'), failed: red('failed') };
}

function silentStage(stderr: Output): Stage {
  return { show: () => {}, leave: (line) => stderr.write(`${line}\n`), idle: () => {} };
}

/** One plain line whenever what is going on changes. */
function logStage(stderr: Output): Stage {
  let shown = '';
  return {
    show: (text) => {
      if (text !== shown) stderr.write(`${text}\n`);
      shown = text;
    },
    leave: (line) => stderr.write(`${line}\n`),
    idle: () => (shown = ''),
  };
}
