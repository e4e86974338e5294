import type { KindRef, KubeObject } from '../../src/core/objects.ts';
import { startControllers, type Controllers } from '../../src/sandbox/controllers/start.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { builtinKinds, bundledCrds } from '../../src/sandbox/objects/kinds.ts';
import { openCatalog } from '../../src/sandbox/store/catalog.ts';
import { openRegistry } from '../../src/sandbox/store/open-registry.ts';
import type { Registry } from '../../src/sandbox/store/registry.ts';
import { openStore } from '../../src/sandbox/store/store.ts';
import { namespace } from './manifests.ts';
import { freePort } from './free-port.ts';
import { turns } from './turns.ts';

/** An embedded cluster without its HTTP server, for tests of what it does by itself. */
export interface World {
  registry: Registry;
  controllers: Controllers;
  /** A free port for a listener; the one that the ingress gateway's Service exposes. */
  port: number;
  /** Creates the objects, or replaces them where they exist. */
  apply(...objects: KubeObject[]): void;
  remove(kind: KindRef, name: string): void;
  /** Resolves with the first state of the object, past or to come, for which `ready` holds. */
  until(kind: KindRef, name: string, ready: (object: KubeObject) => boolean): Promise<KubeObject>;
  /** Resolves once `ready` holds, looking again after each change of an object of the kind. */
  settled(kind: KindRef, ready: () => boolean): Promise<void>;
  /** Resolves once the controllers have acted on everything that was written, so far as none of them waits for a timer or for a pod to listen. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorld(options: Partial<SandboxOptions> = {}): Promise<World> {
  const store = openStore();
  const registry = openRegistry({ store, catalog: openCatalog(builtinKinds), now: Date.now });
  const write = { manager: 'test' };
  for (const name of ['default', namespace]) {
    registry.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, write);
  }
  for (const crd of bundledCrds()) registry.create(crd, write);
  const port = options.ingressPort ?? (await freePort());
  const controllers = await startControllers(registry, {
    kubeconfig: '',
    picker: 'round-robin',
    propagationDelayMs: 0,
    gatewayReplicas: 1,
    drainMs: 60_000,
    seed: 1,
    ingressPort: port,
    ...options,
  });

  const settled = (kind: KindRef, ready: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      if (ready()) return resolve();
      const end = registry.watch(kind, () => {
        if (!ready()) return;
        end();
        resolve();
      });
    });

  return {
    registry,
    controllers,
    port,
    apply(...objects) {
      for (const object of objects) {
        const known = registry.get(object, object.metadata.name, object.metadata.namespace);
        if (known) registry.update({ ...object, metadata: { ...known.metadata, ...object.metadata } }, write);
        else registry.create(object, write);
      }
    },
    remove(kind, name) {
      registry.delete({ ...kind, name, namespace });
    },
    async until(kind, name, ready) {
      const found = (): KubeObject | undefined => {
        const object = registry.get(kind, name, namespace);
        return object && ready(object) ? object : undefined;
      };
      let state: KubeObject | undefined;
      await settled(kind, () => (state = found()) !== undefined);
      return state!;
    },
    settled,
    async quiet() {
      let seen: number;
      do {
        seen = store.revision();
        // In one turn of the event loop a change is told to the controllers, in the next one they act on it.
        await turns(2);
      } while (store.revision() !== seen);
    },
    async stop() {
      await controllers.stop();
      store.close();
    },
  };
}
