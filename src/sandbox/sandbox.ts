import { rm } from 'node:fs/promises';
import type { Faults } from './api/faults.ts';
import { writeKubeconfig } from './api/kubeconfig.ts';
import { startApiServer } from './api/server.ts';
import { startHousekeeping } from './controllers/housekeeping.ts';
import { startControllers } from './controllers/start.ts';
import { seededRegistry } from './seeded-registry.ts';

/** How the sandbox's gateway picks a version for a new connection. */
export const pickers = ['random', 'round-robin', 'sticky'] as const;
export type PickerName = (typeof pickers)[number];

export interface SandboxOptions {
  /** Where the kubeconfig is written, mode 0600. */
  kubeconfig: string;
  picker: PickerName;
  /** From a route's change to the first gateway replica that obeys it, in milliseconds. */
  propagationDelayMs: number;
  /** Gateway replicas; they take a change over one after another, one propagation delay apart. */
  gatewayReplicas: number;
  /** How long connections of a replaced listener may finish before they are closed, in milliseconds. */
  drainMs: number;
  /** Seed of the random picker; the same seed gives the same picks. */
  seed: number;
  /** Port that the ingress gateway Service of the Istio API exposes; 0 exposes none, as Istio's default profile does. */
  ingressPort: number;
}

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
  const api = await startApiServer(registry, {
    now: Date.now,
    connectPod: (pod, port) => controllers.connectPod(pod, port),
    ...seams,
  });
  await writeKubeconfig(options.kubeconfig, api);
  return {
    server: api.server,
    kubeconfig: options.kubeconfig,
    async stop() {
      await Promise.all([api.stop(), controllers.stop()]);
      endHousekeeping();
      registry.store.close();
      await rm(options.kubeconfig, { force: true });
    },
  };
}
