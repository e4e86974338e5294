import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../core/objects.ts';
import type { Registry } from '../store/registry.ts';

/** Writes the object's status where it differs. */
export function writeStatus(registry: Registry, object: KubeObject, status: object, manager: string): void {
  if (isDeepStrictEqual(object.status, status)) return;
  registry.update({ ...object, status }, { manager, subresource: 'status' });
}
