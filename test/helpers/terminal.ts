import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';

export interface TerminalRun {
  /** Everything that was written, escapes and all. */
  raw: string;
  /** What the user sees at the end, scrolled-off lines included; without the empty lines at the end. */
  screen: string[];
  /** Column of the cursor at the end, from 0. */
  cursorColumn: number;
  cursorHidden: boolean;
  exitCode: number;
}

export interface TerminalOptions {
  columns?: number;
  env?: Record<string, string>;
  /** What to type, once, as soon as the output contains the text. */
  type?: { after: string; keys: string };
}

/**
 * Runs a module in a terminal of its own and shows what a user would see. The source may import from `./src/…` and finds
 * `stderr` and `stdout` (as Output) and `env` in place, `isShown(text)` for what was written to stderr, and `shown(text)` to wait for it: a spinner
 * comes up when its module is loaded, which takes a busy machine any time.
 */
export async function inTerminal(source: string, options: TerminalOptions = {}): Promise<TerminalRun> {
  const { columns = 80, env = {}, type } = options;
  const file = await bundled(`${prelude}\n${source}`);
  const terminal = new headless.Terminal({ cols: columns, rows: 24, scrollback: 1000, allowProposedApi: true });
  const child = spawn(process.execPath, [file], {
    cols: columns,
    rows: 24,
    env: { PATH: process.env['PATH']!, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
  });
  let raw = '';
  let typed = false;
  child.onData((data) => {
    raw += data;
    terminal.write(data);
    if (!type || typed || !raw.includes(type.after)) return;
    typed = true;
    child.write(type.keys);
  });
  const exitCode = await new Promise<number>((done) => child.onExit(({ exitCode }) => done(exitCode)));
  await new Promise<void>((done) => terminal.write('', done));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)!.translateToString(true));
  const last = lines.findLastIndex((line) => line !== '');
  const cursorHidden = raw.lastIndexOf('\u001B[?25l') > raw.lastIndexOf('\u001B[?25h');
  return { raw, screen: lines.slice(0, last + 1), cursorColumn: active.cursorX, cursorHidden, exitCode };
}

const prelude = `
const env = process.env;
let written = '';
let wake = () => {};
const write = process.stderr.write.bind(process.stderr);
process.stderr.write = (chunk, ...rest) => {
  written += chunk;
  wake();
  return write(chunk, ...rest);
};
const isShown = (text) => written.includes(text);
const shown = async (text) => {
  const alive = setInterval(() => {}, 1000);
  while (!isShown(text)) await new Promise((resolve) => (wake = resolve));
  clearInterval(alive);
};
const outputOf = (stream) => ({ write: (text) => void stream.write(text), isTTY: stream.isTTY === true, columns: stream.columns || 80 });
const [stdout, stderr] = [outputOf(process.stdout), outputOf(process.stderr)];`;

async function bundled(source: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tcpshift-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const outfile = join(folder, 'program.mjs');
  const resolveDir = resolve(import.meta.dirname, '../..');
  await build({
    stdin: { contents: source, resolveDir, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  return outfile;
}
