import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { execa } from 'execa';
import { describe, expect } from 'vitest';
import { binary, environmentOf } from '../helpers/cli.ts';
import { refusedBy } from '../helpers/refused.ts';
import { taskSandbox } from '../helpers/task-sandbox.ts';

const full = '/dev/full';
const test = taskSandbox({});

/** Runs the binary with a stream that goes where nothing can be written any more. */
async function onFullDisk(args: readonly string[], stream: 'stdout' | 'stderr', kubeconfig: string) {
  const file = await open(full, 'w');
  try {
    const options = { env: environmentOf({ kubeconfig }), extendEnv: false, reject: false } as const;
    const result = await execa(process.execPath, [binary, ...args], { ...options, stdin: 'ignore', [stream]: file.fd });
    const text = (written: unknown) => (typeof written === 'string' ? written : '');
    return { exitCode: result.exitCode ?? -1, stdout: text(result.stdout), stderr: text(result.stderr) };
  } finally {
    await file.close();
  }
}

describe.skipIf(!existsSync(full))('output that cannot be written', () => {
  test.for([
    'status',
    'status -o json',
    'weight v2=20',
    'probe --count 3 --interval 0 -o ndjson',
    'render setup',
    '--help',
    '--version',
  ])('%s says so on one line', async (line, { sandbox }) => {
    expect(refusedBy(await onFullDisk(line.split(' '), 'stdout', sandbox.kubeconfig))).toEqual({
      exitCode: 5,
      error: 'cannot write the output: ENOSPC: no space left on device, write',
      hint: 'make room where stdout goes, or send it elsewhere',
    });
  });

  test('on stderr keeps nobody from the product', async ({ sandbox }) => {
    const { exitCode, stdout } = await onFullDisk(['status', '-v'], 'stderr', sandbox.kubeconfig);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching('tcp-echo') });
  });
});
