import { expect } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { connectCluster } from '../../src/cluster/connect.ts';
import { systemClock } from '../../src/io.ts';
import type { Fault, FaultRequest } from '../../src/sandbox/api/faults.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { cli, type CliOptions, type CliResult } from './cli.ts';
import { refusedBy, type Refused } from './refused.ts';
import { testSandbox, type TestSandbox } from './sandbox.ts';

/** A sandbox that sees every request of the binary, with a client of its own to bring it into the state that a test is about. */
export interface WatchedSandbox extends TestSandbox {
  /** Writes under the field manager `somebody`. */
  other: Cluster;
  run(line: string, options?: CliOptions): Promise<CliResult>;
  /** Runs what must work, to bring the cluster into a state. */
  done(line: string): Promise<void>;
  /** Runs what must be refused, and makes sure that it wrote nothing. */
  refused(line: string, options?: CliOptions): Promise<Refused>;
  /** What is to be done to the binary's requests for as long as `during` runs. */
  meeting<T>(faults: (request: FaultRequest) => Fault | undefined, during: () => Promise<T>): Promise<T>;
  /** Runs a command line, and does something else right before its first request of this method to this path takes effect. */
  raced(line: string, request: `${string} ${string}`, act: () => Promise<unknown>): Promise<CliResult>;
}

/** Asking is no write, nor is a lease, which is given back. */
const besides = ['/apis/authorization.k8s.io/', '/apis/coordination.k8s.io/'];

function isWrite({ method, path }: FaultRequest): boolean {
  return method !== 'GET' && !besides.some((start) => path.startsWith(start)) && !path.includes('dryRun=All');
}

/** The words of a command line, split at blanks. */
function words(line: string): string[] {
  return line.split(' ').filter((word) => word !== '');
}

export async function watchedSandbox(options: Partial<SandboxOptions> = {}): Promise<WatchedSandbox> {
  const writes: string[] = [];
  let own = 0;
  let chosen: (request: FaultRequest) => Fault | undefined = () => undefined;
  const faults = (request: FaultRequest): Fault | undefined => {
    if (own === 0) return undefined;
    if (isWrite(request)) writes.push(`${request.method} ${request.path}`);
    return chosen(request);
  };
  const sandbox = await testSandbox(options, { faults });
  const { kubeconfig } = sandbox;
  const io = { env: {}, clock: systemClock, signal: new AbortController().signal };
  const other = await connectCluster({ kubeconfig, fieldManager: 'somebody', warn: () => {} }, io);
  const run = async (line: string, options: CliOptions = {}): Promise<CliResult> => {
    own += 1;
    try {
      return await cli(words(line), { kubeconfig, ...options });
    } finally {
      own -= 1;
    }
  };
  const meeting: WatchedSandbox['meeting'] = async (faults, during) => {
    chosen = faults;
    try {
      return await during();
    } finally {
      chosen = () => undefined;
    }
  };
  return {
    ...sandbox,
    other,
    run,
    meeting,
    raced(line, met, act) {
      let acted: Promise<unknown> | undefined;
      const meet = ({ method, path }: FaultRequest): Fault | undefined => {
        if (acted || met !== `${method} ${path.replace(/\?.*/, '')}`) return undefined;
        acted = act();
        return { do: 'wait', for: acted.catch(() => {}) };
      };
      return meeting(meet, async () => {
        const result = await run(line);
        expect(acted, `tcpshift ${line} sent no ${met}`).toBeDefined();
        await acted;
        return result;
      });
    },
    async done(line) {
      const { exitCode, stderr } = await run(line);
      if (exitCode !== 0) throw new Error(`tcpshift ${line}: exit ${exitCode}\n${stderr}`);
    },
    async refused(line, options) {
      const before = writes.length;
      const refused = refusedBy(await run(line, options));
      expect(writes.slice(before)).toEqual([]);
      return refused;
    },
  };
}
