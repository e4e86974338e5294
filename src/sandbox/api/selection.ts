import type { KubeObject } from '../../core/objects.ts';
import { fieldSelector } from './field-selector.ts';
import { labelSelector } from './label-selector.ts';
import type { Target } from './target.ts';

export type Selection = (object: KubeObject) => boolean;

/** The test that a list, watch or deletecollection request applies to each object: its namespace and both selectors. */
export function selectionOf({ kind, namespace }: Target, query: URLSearchParams): Selection {
  const labels = labelSelector(query.get('labelSelector') ?? '');
  const fields = fieldSelector(query.get('fieldSelector') ?? '', kind);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    labels(object.metadata.labels ?? {}) &&
    fields(object);
}
