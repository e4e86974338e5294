import type { KubeObject } from '../../../core/objects.ts';
import { age } from './age.ts';

export type ColumnValue = string | number | boolean | null;

/** One column of the tables that `kubectl get` prints; priority 1 shows with `-o wide` alone. */
export interface PrinterColumn {
  name: string;
  type: string;
  format?: string;
  description?: string;
  priority?: number;
  /** Where a custom kind's cell comes from; built-in kinds have `value` instead. */
  jsonPath?: string;
  /** @param now milliseconds since the epoch */
  value?: (object: KubeObject, now: number) => ColumnValue;
}

export const nameColumn: PrinterColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  // A bookmark has none.
  value: (object) => object.metadata.name ?? '',
};

export const ageColumn: PrinterColumn = {
  name: 'Age',
  type: 'string',
  value: (object, now) => age(object.metadata.creationTimestamp, now),
};

export const text = (name: string, value: (object: KubeObject, now: number) => ColumnValue): PrinterColumn => ({
  name,
  type: 'string',
  value,
});

export const integer = (name: string, value: (object: KubeObject) => ColumnValue): PrinterColumn => ({
  name,
  type: 'integer',
  value,
});

/** A column that only `-o wide` shows. */
export const wide = (name: string, value: (object: KubeObject, now: number) => ColumnValue): PrinterColumn => ({
  ...text(name, value),
  priority: 1,
});

export const none = '<none>';
