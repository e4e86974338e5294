import { execa } from 'execa';
import { testSandbox } from '../helpers/sandbox.ts';

/** What a command asks of the API server, from its start to its end. */
export interface RequestCount {
  command: string;
  requests: number;
}

const commands = ['setup', 'status', 'weight v2=20 --wait none', 'weight v2=40', 'cleanup'];

/** The requests of each command of the task, one after another on a sandbox that stands still. @param binary a built bin/tcpshift.js */
export async function countRequests(binary: string, api: 'gateway-api' | 'istio'): Promise<RequestCount[]> {
  let requests = 0;
  const faults = ({ userAgent }: { userAgent: string }): undefined => {
    if (userAgent.startsWith('tcpshift/')) requests++;
  };
  const sandbox = await testSandbox({}, { faults });
  const counts: RequestCount[] = [];
  try {
    for (const command of commands) {
      requests = 0;
      const port = command === 'setup' ? ['--port', String(sandbox.port)] : [];
      const args = [...command.split(' '), ...port, '--api', api];
      await execa(process.execPath, [binary, ...args], { env: { KUBECONFIG: sandbox.kubeconfig } });
      counts.push({ command, requests });
    }
  } finally {
    await sandbox.stop();
  }
  return counts;
}
