import { onTestFinished } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import type { Fault, FaultRequest } from '../../src/sandbox/api/faults.ts';
import { startApi } from './api.ts';
import { connectTo } from './cluster.ts';
import { manualClock } from './manual-clock.ts';

export interface Rig {
  cluster: Cluster;
  /** A second client, which no fault meets. */
  other: Cluster;
  /** Method and path of each of the first client's requests. */
  requests: string[];
  /** What is to be done to the next request of this method. */
  meet: (method: string, fault: Fault) => void;
}

/** A sandbox that ends with the test, and two clients of it: `tcpshift`, whose waits for retries take no time, and `argo`. */
export async function rig(): Promise<Rig> {
  const requests: string[] = [];
  const faults = new Map<string, Fault>();
  const meet = ({ method, path, userAgent }: FaultRequest) => {
    if (!userAgent.startsWith('tcpshift/')) return undefined;
    requests.push(`${method} ${path.replace(/\?.*/, '')}`);
    const fault = faults.get(method);
    faults.delete(method);
    return fault;
  };
  const api = await startApi({}, { faults: meet });
  onTestFinished(() => api.stop());
  const clock = manualClock((ms) => ms < 30_000);
  const cluster = await connectTo({ kubeconfig: api.kubeconfig }, { clock });
  const other = await connectTo({ kubeconfig: api.kubeconfig, fieldManager: 'argo' });
  return { cluster, other, requests, meet: (method, fault) => faults.set(method, fault) };
}
