import type { Registry } from '../../store/registry.ts';
import { live, runController } from '../controller.ts';
import { kinds } from '../kinds.ts';
import type { WorkQueue } from '../work-queue.ts';

/** Gives every namespace its ServiceAccount `default`. */
export function runServiceAccounts(registry: Registry): WorkQueue {
  return runController(registry, {
    watches: [
      [kinds.namespace, ({ metadata }) => [`/${metadata.name}`]],
      [kinds.serviceAccount, ({ metadata }) => [`/${metadata.namespace}`]],
    ],
    reconcile(key) {
      const namespace = live(registry, kinds.namespace, key)?.metadata.name;
      if (namespace === undefined || registry.get(kinds.serviceAccount, 'default', namespace)) return;
      const metadata = { name: 'default', namespace };
      registry.create({ ...kinds.serviceAccount, metadata }, { manager: 'kube-controller-manager' });
    },
  });
}
