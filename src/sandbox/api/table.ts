import type { KubeObject } from '../../core/objects.ts';
import { cell } from '../objects/columns/cell.ts';
import type { Kind } from '../objects/kinds.ts';
import type { Form } from './accept.ts';

/** How much of each object a Table carries beside its cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface ReplyShape {
  form: Form;
  include: IncludeObject;
  /** Milliseconds since the epoch; ages are counted to it. */
  now: number;
}

/** An object's metadata alone, as PartialObjectMetadata. */
export function metadataOnly({ metadata }: KubeObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

/** The objects as a Table. `metadata` is that of the list, or of the sole object. */
function table(kind: Kind, objects: readonly KubeObject[], metadata: object, shape: ReplyShape): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: kind.columns.map(({ name, type, format = '', description = '', priority = 0 }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    rows: objects.map((object) => ({
      cells: kind.columns.map((column) => cell(column, object, shape.now)),
      ...carried(object, shape.include),
    })),
  };
}

function carried(object: KubeObject, include: IncludeObject): object {
  if (include === 'None') return { object: null };
  return { object: include === 'Object' ? object : metadataOnly(object) };
}

/** One object in the form that the client asked for. */
export function shaped(kind: Kind, object: KubeObject, shape: ReplyShape): object {
  if (shape.form === 'object') return object;
  if (shape.form === 'metadata') return metadataOnly(object);
  return table(kind, [object], { resourceVersion: object.metadata.resourceVersion }, shape);
}

/** A list in the form that the client asked for. */
export function shapedList(
  kind: Kind,
  apiVersion: string,
  items: readonly KubeObject[],
  list: { metadata: object; shape: ReplyShape },
): object {
  const { metadata, shape } = list;
  if (shape.form === 'table') return table(kind, items, metadata, shape);
  if (shape.form === 'metadata') {
    const partial = items.map(metadataOnly);
    return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: partial };
  }
  return { kind: `${kind.kind}List`, apiVersion, metadata, items };
}
