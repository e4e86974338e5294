import type { KubeObject } from './objects.ts';

export const managedByLabel = 'app.kubernetes.io/managed-by';
export const managedBy = 'tcpshift';

/** Whether tcpshift made the object, as its label says. */
export function isOurs(object: KubeObject): boolean {
  return object.metadata.labels?.[managedByLabel] === managedBy;
}

/** A copy of the object with the label that says so; on the object alone, not in its selectors or its pods. */
export function asOurs(object: KubeObject): KubeObject {
  const labels = { ...object.metadata.labels, [managedByLabel]: managedBy };
  return { ...object, metadata: { ...object.metadata, labels } };
}
