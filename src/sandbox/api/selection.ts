import type { KubeObject } from '../../core/objects.ts';
import { fieldSelector } from './field-selector.ts';
import { labelSelector } from './label-selector.ts';
import type { ResourceTarget } from './target.ts';

export type ObjectTest = (object: KubeObject) => boolean;

/** The test that a list, watch or deletecollection request applies to each object: its namespace and both selectors. */
export function selectionOf({ kind, namespace }: ResourceTarget, query: URLSearchParams): ObjectTest {
  const labels = labelSelector(query.get('labelSelector') ?? '');
  const fields = fieldSelector(query.get('fieldSelector') ?? '', kind);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    labels(object.metadata.labels ?? {}) &&
    fields(object);
}
