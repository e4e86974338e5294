import type { Json, KubeObject } from '../../core/objects.ts';
import { changed, compare } from './compare.ts';
import { difference, emptySet, type FieldSet } from './field-set.ts';
import type { Kind } from './kinds.ts';
import { inOrder } from './go-json.ts';
import { ownable } from './managers.ts';
import { fieldsOf } from './owned-fields.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manager name of `kubectl apply --server-side`: it may take over from `kubectl apply` without force. */
export const kubectlManager = 'kubectl';

/** The fields that a client-side `kubectl apply` set and nobody has changed since. */
export function fieldsAppliedByClient(live: KubeObject, { schema }: Kind): FieldSet {
  const config = lastApplied(live);
  if (config === undefined) return emptySet;
  const differing = changed(compare(config, ownable(live), schema), 'added', 'modified', 'removed');
  return difference(fieldsOf(config, schema), differing);
}

function lastApplied(live: KubeObject): Json | undefined {
  const text = live.metadata.annotations?.[annotation];
  if (!text) return undefined;
  try {
    const config = JSON.parse(text) as KubeObject;
    return config.apiVersion === live.apiVersion ? config : undefined;
  } catch {
    return undefined;
  }
}

/** The object with the annotation brought up to what was applied now; without the annotation it gets none. */
export function withLastApplied(object: KubeObject, applied: KubeObject): KubeObject {
  const { metadata } = object;
  if (!metadata.annotations?.[annotation]) return object;
  const config = structuredClone(applied);
  if (config.metadata.annotations) delete config.metadata.annotations[annotation];
  const text = `${JSON.stringify(inOrder(config))}\n`;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [annotation]: text } } };
}
