import { refOf, type KindRef, type ObjectRef, type Reader } from '../../core/objects.ts';
import type { Left } from '../../core/route/cleanup-result.ts';

/** Kinds in which somebody else's work in the namespace would show. */
const inhabitants: readonly KindRef[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
];

/** What every cluster puts into every namespace by itself. */
const native = new Set([
  'ConfigMap/kube-root-ca.crt',
  'ConfigMap/istio-ca-root-cert',
  'ConfigMap/openshift-service-ca.crt',
]);

/** Everything in the namespace that would go with it and is neither ours nor made by a controller. */
export async function strangersIn(namespace: string, removed: readonly ObjectRef[], reader: Reader): Promise<Left[]> {
  const removing = new Set(removed.map(({ kind, name }) => `${kind}/${name}`));
  const lists = await Promise.all(inhabitants.map((kind) => reader.list(kind, { namespace })));
  return lists
    .flat()
    .map((object) => ({ object, key: `${object.kind}/${object.metadata.name}` }))
    .filter(({ object, key }) => !object.metadata.ownerReferences?.length && !native.has(key) && !removing.has(key))
    .filter(({ object }) => object.type !== 'kubernetes.io/service-account-token')
    .map(({ object }) => ({ ref: refOf(object), why: 'tcpshift did not make it' }));
}
