import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox, type SandboxSeams } from '../../src/sandbox/sandbox.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { freePort } from './free-port.ts';

export interface TestSandbox extends Sandbox {
  /** Port of the gateway's listener, free when the sandbox started. */
  port: number;
}

/** A sandbox of the test's own, with quick propagation and a listener port that nothing else uses. */
export async function testSandbox(
  options: Partial<SandboxOptions> = {},
  seams: SandboxSeams = {},
): Promise<TestSandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'tcpshift-test-'));
  const port = await freePort();
  const all = {
    kubeconfig: join(folder, 'kubeconfig'),
    picker: 'random' as const,
    propagationDelayMs: 10,
    gatewayReplicas: 1,
    drainMs: 1000,
    seed: 1,
    ingressPort: port,
    ...options,
  };
  const sandbox = await startSandbox(all, seams);
  const stop = async (): Promise<void> => {
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { server: sandbox.server, kubeconfig: sandbox.kubeconfig, port: all.ingressPort, stop };
}
