import { StringDecoder } from 'node:string_decoder';
import type { WebSocket } from 'ws';
import { ShiftError } from '../../errors.ts';
import type { ExecOptions } from '../cluster.ts';
import { requestFailure } from '../http/connection-errors.ts';
import { lineCutter } from '../http/lines.ts';
import { oneLine } from '../../core/text.ts';
import type { Client } from '../objects/client.ts';
import { openSocket, podPath } from './socket.ts';

/** Source: the remote command protocol of the API server, v4.channel.k8s.io. */
const stdoutChannel = 1;
const stderrChannel = 2;
const statusChannel = 3;

/**
 * Runs a command in a container and resolves with its exit status.
 * @throws ShiftError cluster: the command could not be started, or the connection ended before it did; or the signal's reason
 */
export async function exec(options: ExecOptions, client: Client): Promise<number> {
  const { namespace, pod, container, command } = options;
  const asked = `run a command in container ${container} of Pod ${namespace}/${pod}`;
  const socket = await openSocket(
    {
      path: podPath(namespace, pod, 'exec'),
      query: { container, command, stdout: 'true', stderr: 'true' },
      protocols: ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
      asked,
      needs: 'create on pods/exec',
    },
    client,
  );
  const abort = () => socket.terminate();
  client.signal.addEventListener('abort', abort, { once: true });
  try {
    return exitStatus(await readToEnd(socket, options), asked);
  } catch (error) {
    throw client.signal.aborted ? client.signal.reason : requestFailure(error, client.wire);
  } finally {
    client.signal.removeEventListener('abort', abort);
    socket.terminate();
  }
}

/** Hands the output on, line by line, and resolves with the status that the server ends the command with; undefined where none came. */
function readToEnd(socket: WebSocket, { onLine, onErrorLine = () => {} }: ExecOptions): Promise<string | undefined> {
  const stdout = lineReader(onLine);
  const stderr = lineReader(onErrorLine);
  return new Promise((resolve, reject) => {
    let status: string | undefined;
    const orReject = (run: () => void) => {
      try {
        run();
      } catch (error) {
        reject(error);
      }
    };
    const take = (channel: number | undefined, payload: Buffer) => {
      if (channel === stdoutChannel) stdout.push(payload);
      if (channel === stderrChannel) stderr.push(payload);
      if (channel !== statusChannel || payload.length === 0) return;
      status = payload.toString();
      socket.close();
    };
    socket.on('message', (message: Buffer) => orReject(() => take(message[0], message.subarray(1))));
    socket.on('error', reject);
    socket.on('close', () =>
      orReject(() => {
        stdout.end();
        stderr.end();
        resolve(status);
      }),
    );
    socket.resume();
  });
}

function lineReader(onLine: (line: string) => void): { push(piece: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  const cutter = lineCutter();
  return {
    push: (piece) => cutter.push(decoder.write(piece)).forEach(onLine),
    end() {
      const rest = cutter.rest();
      if (rest !== undefined) onLine(rest);
    },
  };
}

interface ExecStatus {
  status?: string;
  reason?: string;
  message?: string;
  details?: { causes?: { reason?: string; message?: string }[] };
}

function exitStatus(text: string | undefined, asked: string): number {
  if (text === undefined) throw execFailure(asked, 'the connection ended before the command did');
  const { status, reason, message, details } = JSON.parse(text) as ExecStatus;
  if (status === 'Success') return 0;
  const exitCode = details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  if (reason === 'NonZeroExitCode' && exitCode !== undefined) return Number(exitCode);
  throw execFailure(asked, oneLine(message ?? '') || 'no reason is given');
}

function execFailure(asked: string, found: string): ShiftError {
  return new ShiftError('cluster', `cannot ${asked}: ${found}`, {
    hint: 'check that the container runs and has this command',
  });
}
