import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { established, isDefinition } from './definitions.ts';
import { asNewNamespace, isNamespace, withFinalizersOf } from './namespaces.ts';
import { admittedPod, isPod, withGates } from './pod-admission.ts';
import { isService, withAddresses } from './service-address.ts';
import type { Store } from './store.ts';

export interface ServerFields {
  kind: Kind;
  /** The object before the write; undefined where the write creates it. */
  live: KubeObject | undefined;
  store: Store;
  /** RFC 3339. */
  now: string;
}

/** The object with what the server itself gives to some kinds on every write. Throws ApiError 422 for an address that it cannot give. */
export function withServerFields(object: KubeObject, { kind, live, store, now }: ServerFields): KubeObject {
  if (isService(kind)) return withAddresses(object, live, { store, kind });
  if (isPod(kind)) return live ? admittedPod(object) : withGates(admittedPod(object), now);
  if (isDefinition(kind)) return established(object, now);
  if (!isNamespace(kind)) return object;
  return live ? withFinalizersOf(live, object) : asNewNamespace(object);
}
