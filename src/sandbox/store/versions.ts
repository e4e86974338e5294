import type { KubeObject } from '../../core/objects.ts';
import type { Kind } from '../objects/kinds.ts';
import { apiVersionOf } from './catalog.ts';
import { frozen } from './frozen.ts';

/** The object as this version of its kind shows it. Versions of one kind share everything but their name, as with conversion strategy None. */
export function atVersion(object: KubeObject, kind: Kind): KubeObject {
  const apiVersion = apiVersionOf(kind);
  return object.apiVersion === apiVersion ? object : frozen({ ...object, apiVersion });
}
