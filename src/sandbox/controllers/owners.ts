import type { KubeObject, OwnerReference } from '../../core/objects.ts';

/** The reference by which an object says that the owner controls it. */
export function controlledBy({ apiVersion, kind, metadata }: KubeObject): OwnerReference[] {
  const { name, uid = '' } = metadata;
  return [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }];
}

/** The reference to the object's controller, where it has one. */
export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

/** The key of the object's controller if it is of this kind. */
export function controllerKey(object: KubeObject, kind: string): string[] {
  const controller = controllerOf(object);
  return controller?.kind === kind ? [`${object.metadata.namespace}/${controller.name}`] : [];
}
