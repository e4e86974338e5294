import type { SandboxOptions } from './options.ts';
import { rm } from 'node:fs/promises';
import type { Faults } from './api/faults.ts';
import { writeKubeconfig } from './api/kubeconfig.ts';
import type { ConnectPod } from './api/port-forward/forward.ts';
import { startApiServer } from './api/server.ts';
import { startHousekeeping } from './controllers/housekeeping.ts';
import { startControllers } from './controllers/start.ts';
import { seededRegistry } from './seeded-registry.ts';

export interface Sandbox {
  readonly server: string;
  readonly kubeconfig: string;
  /** Ends every connection and listener and removes the kubeconfig. */
  stop(): Promise<void>;
}

/** What only tests hand in. */
export interface SandboxSeams {
  faults?: Faults;
  /** Changes that watches can still resume from. */
  historyWindow?: number;
  bookmarkEveryMs?: number;
}

/** Starts the embedded cluster: ready for clients when it resolves, with its kubeconfig written. */
export async function startSandbox(options: SandboxOptions, seams: SandboxSeams = {}): Promise<Sandbox> {
  const registry = seededRegistry(Date.now, seams.historyWindow);
  const endHousekeeping = startHousekeeping(registry);
  const controllers = await startControllers(registry, options);
  const connectPod: ConnectPod = (pod, port) => controllers.connectPod(pod, port);
  const api = await startApiServer(registry, { now: Date.now, connectPod, ...seams });
  const stop = async (): Promise<void> => {
    await Promise.all([api.stop(), controllers.stop()]);
    endHousekeeping();
    registry.store.close();
    await rm(options.kubeconfig, { force: true });
  };
  try {
    await writeKubeconfig(options.kubeconfig, api);
  } catch (error) {
    await stop();
    throw error;
  }
  return { server: api.server, kubeconfig: options.kubeconfig, stop };
}
