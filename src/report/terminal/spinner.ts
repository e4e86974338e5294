import type { Ora } from 'ora';
import type { Io, Output } from '../../io.ts';
import type { Style } from './style.ts';
import { terminalStream } from './stream.ts';

/** The part of a screen on which something moves. */
export interface Stage {
  /** Shows what is going on. */
  show(text: string): void;
  /** Writes a line that stays. */
  leave(line: string): void;
  /** Shows nothing that moves any more. */
  idle(): void;
}

/** Whether the output can be redrawn in place. */
export function isInteractive(output: Output, env: Io['env']): boolean {
  return output.isTTY && !env['CI'] && env['TERM'] !== 'dumb';
}

/** What is over sooner needs no spinner, nor the time that it takes to load one. In milliseconds. */
const patience = 100;

/** A spinner with text of one line or more. ora keeps what is written to the same terminal meanwhile above it. */
export function spinnerStage(stderr: Output, style: Style): Stage {
  let spinner: Ora | undefined;
  let loading: NodeJS.Timeout | undefined;
  let shown: string | undefined;
  const draw = () => {
    if (!spinner || shown === undefined) return;
    spinner.text = shown;
    if (!spinner.isSpinning) spinner.start();
  };
  const load = async () => {
    if (shown !== undefined) spinner = await createSpinner(stderr, style);
    else loading = undefined;
    draw();
  };
  return {
    show: (text) => {
      shown = text;
      loading ??= setTimeout(() => void load(), patience).unref();
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

async function createSpinner(stderr: Output, { cyan, unicode }: Style): Promise<Ora> {
  const { default: ora } = await import('ora');
  const frames = (unicode ? '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏' : '-\\|/').split('').map((frame) => cyan(frame));
  return ora({
    stream: terminalStream(stderr),
    isEnabled: true,
    spinner: { frames, interval: 100 },
    // The frames have their colour, by our own rules.
    color: false,
    // What hides the cursor also takes over the signals, and would end the program on the first Ctrl-C.
    hideCursor: false,
    discardStdin: false,
  });
}
