import type { Ora } from 'ora';
import type { Io, Output } from '../io.ts';
import { occupyScreen } from './screen.ts';
import { createStyle, type Style } from './style.ts';
import { terminalStream } from './terminal-stream.ts';

export interface Step {
  /** Says what is being waited for now. */
  update(text: string): void;
  /** Ends the step; with the text that it had, where none is given. */
  done(text?: string): void;
  fail(text?: string): void;
}

/** What a person is told on stderr while a command runs. */
export interface Progress {
  step(text: string): Step;
  warn(text: string): void;
  note(text: string): void;
}

export interface ProgressOptions {
  stderr: Output;
  env: Io['env'];
  /** Warnings only. */
  quiet: boolean;
  /** Say how long each step took. */
  verbose: boolean;
}

/** What steps do to the screen. */
interface Stage {
  /** Shows what is being waited for. */
  show(text: string): void;
  /** Writes a line that stays. */
  leave(line: string): void;
  /** Shows nothing that moves any more. */
  idle(): void;
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
      const took = verbose ? style.dim(` (${seconds(performance.now() - started)})`) : '';
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
  return {
    step,
    warn: (text) => stage.leave(`${style.yellow('warning:')} ${text}`),
    note: (text) => {
      if (!quiet) stage.leave(text);
    },
  };
}

function isInteractive(stderr: Output, env: Io['env']): boolean {
  return stderr.isTTY && !env['CI'] && env['TERM'] !== 'dumb';
}

function marksOf({ green, red, unicode }: Style): { done: string; failed: string } {
  return unicode ? { done: green('✓'), failed: red('✗') } : { done: green('ok'), failed: red('failed') };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
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

/** ora keeps what is written to the same terminal meanwhile above the spinner. */
function spinnerStage(stderr: Output, { cyan, unicode }: Style): Stage {
  const frames = (unicode ? '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏' : '-\\|/').split('').map(cyan);
  // Left alone: the cursor, because what hides it also takes over the signals; and stdin, because it is the user's.
  const kept = { hideCursor: false, discardStdin: false };
  let spinner: Ora | undefined;
  let shown: string | undefined;
  const draw = () => {
    if (!spinner || shown === undefined) return;
    spinner.text = shown;
    if (!spinner.isSpinning) spinner.start();
  };
  // ora takes longer to load than a quick command to run, so nothing waits for it.
  void import('ora').then(({ default: ora }) => {
    spinner = ora({
      stream: terminalStream(stderr),
      isEnabled: true,
      color: false,
      spinner: { frames, interval: 80 },
      ...kept,
    });
    draw();
  });
  return {
    show: (text) => {
      shown = text;
      draw();
    },
    leave: (line) => {
      spinner?.clear();
      stderr.write(`${line}\n`);
      if (spinner?.isSpinning) spinner.render();
    },
    idle: () => {
      shown = undefined;
      spinner?.stop();
    },
  };
}
