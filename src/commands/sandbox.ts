import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { exitCodes, ShiftError, type ExitCode } from '../errors.ts';
import type { CommandContext } from './context.ts';
import { emit } from '../report/emit.ts';
import type { PickerName, SandboxOptions } from '../sandbox/options.ts';
import {
  announce,
  findSandbox,
  forget,
  keeping,
  launch,
  sandboxPaths,
  terminate,
  type SandboxState,
} from './sandbox-process.ts';
import { openProgress, type GlobalOptions } from './session.ts';
import { defined } from '../core/defined.ts';

export interface SandboxCommandOptions extends GlobalOptions {
  picker: PickerName;
  /** Milliseconds. */
  propagationDelay: number;
  gatewayReplicas: number;
  /** Milliseconds. */
  drain: number;
  seed: number;
  ingressPort: number;
}

/** The sandbox's own options, from the command line's. */
export function sandboxOptions(options: SandboxCommandOptions, kubeconfig: string): SandboxOptions {
  const { picker, propagationDelay, gatewayReplicas, drain, seed, ingressPort } = options;
  return {
    kubeconfig,
    picker,
    propagationDelayMs: propagationDelay,
    gatewayReplicas,
    drainMs: drain,
    seed,
    ingressPort,
  };
}

function runArguments(options: SandboxCommandOptions): string[] {
  const { picker, propagationDelay, gatewayReplicas, drain, seed, ingressPort } = options;
  const flags = {
    picker,
    'propagation-delay': `${propagationDelay}ms`,
    'gateway-replicas': gatewayReplicas,
    drain: `${drain}ms`,
    seed,
    'ingress-port': ingressPort,
    kubeconfig: options.kubeconfig && resolve(options.kubeconfig),
  };
  return Object.entries(defined(flags)).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** Starts the sandbox in the background; stdout carries only the line for the shell. */
export async function start(options: SandboxCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  const paths = sandboxPaths(io.env);
  const progress = openProgress(options, io);
  let state = await findSandbox(paths, io);
  if (state) {
    progress.note(`The sandbox runs already, as process ${state.pid}`);
  } else {
    const step = progress.step('Starting the sandbox');
    state = await launch(runArguments(options), paths, io);
    step.done(`The sandbox runs as process ${state.pid}, on ${state.server}`);
  }
  io.stdout.write(`${exportLine(state)}\n`);
  return exitCodes.ok;
}

export async function stop(options: GlobalOptions, { io }: CommandContext): Promise<ExitCode> {
  const progress = openProgress(options, io);
  const state = await findSandbox(sandboxPaths(io.env), io);
  if (!state) {
    progress.note('No sandbox runs');
    return exitCodes.ok;
  }
  const step = progress.step(`Stopping the sandbox, process ${state.pid}`);
  await terminate(state, io);
  step.done('The sandbox is gone');
  return exitCodes.ok;
}

export async function status(options: GlobalOptions & { output: string }, { io }: CommandContext): Promise<ExitCode> {
  const state = await findSandbox(sandboxPaths(io.env), io);
  const body = { running: state !== undefined, ...state };
  const lines = state
    ? [`The sandbox runs as process ${state.pid}, on ${state.server}`, exportLine(state)]
    : ['No sandbox runs. Start one with: tcpshift sandbox start'];
  emit(io, options.output, { kind: 'SandboxStatus', body, lines });
  return exitCodes.ok;
}

/** Runs the sandbox in this process until a signal. */
export async function foreground(options: SandboxCommandOptions, { io }: CommandContext): Promise<ExitCode> {
  const paths = sandboxPaths(io.env);
  const running = await findSandbox(paths, io);
  if (running) {
    throw new ShiftError('locked', `a sandbox runs already, as process ${running.pid}`, {
      hint: 'stop it first: tcpshift sandbox stop',
    });
  }
  refuseOverwriting(options);
  const { startSandbox } = await import('../sandbox/sandbox.ts');
  const sandbox = await keeping(() => startSandbox(sandboxOptions(options, options.kubeconfig ?? paths.kubeconfig)));
  const { server, kubeconfig } = sandbox;
  const state = { pid: process.pid, server, kubeconfig, startedAt: new Date(io.clock.now()).toISOString() };
  await keeping(() => announce(state, paths));
  io.stdout.write(`${exportLine(state)}\n`);
  await untilAborted(io.signal);
  forget(paths);
  await sandbox.stop();
  return exitCodes.ok;
}

/** The sandbox writes the file that --kubeconfig names here, and removes it at its end. @throws ShiftError config */
function refuseOverwriting({ kubeconfig }: SandboxCommandOptions): void {
  if (kubeconfig === undefined || !existsSync(kubeconfig)) return;
  throw new ShiftError('config', `cannot write the sandbox's kubeconfig to ${kubeconfig}: it exists already`, {
    hint: 'name a file that does not exist, or leave out --kubeconfig',
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function exportLine({ kubeconfig }: SandboxState): string {
  const plain = /^[\w./@%+=:,-]+$/.test(kubeconfig);
  return `export KUBECONFIG=${plain ? kubeconfig : `'${kubeconfig.replaceAll("'", "'\\''")}'`}`;
}
