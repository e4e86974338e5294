import type { KubeObject } from '../../../core/objects.ts';
import { age } from './age.ts';
import type { ColumnValue, PrinterColumn } from './column.ts';

/** One step of a JSONPath: a field, every item, the item of a number, or the items with a field of some value. */
type JsonPathStep = { field: string } | { every: true } | { index: number } | { where: string; equals: string };

const stepPattern = /\.([\w-]+)|\[\*\]|\[(\d+)\]|\[\?\(@\.([\w.-]+)\s*==\s*["']([^"']*)["']\)\]|\['([^']+)'\]/gy;

/** The steps of the simple JSONPaths that printer columns use; undefined where it is none of them. */
function stepsOf(path: string): JsonPathStep[] | undefined {
  const steps: JsonPathStep[] = [];
  let end = 0;
  for (const match of path.matchAll(stepPattern)) {
    const [whole, name, index, where, equals, quoted] = match;
    end = match.index + whole.length;
    const field = name ?? quoted;
    if (field !== undefined) steps.push({ field });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else if (where !== undefined) steps.push({ where, equals: equals ?? '' });
    else steps.push({ every: true });
  }
  return end === path.length ? steps : undefined;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

function take(values: unknown[], step: JsonPathStep): unknown[] {
  if ('field' in step) return values.map((value) => field(value, step.field)).filter((value) => value !== undefined);
  const items = values.filter(Array.isArray) as unknown[][];
  if ('index' in step) return items.flatMap((list) => list.slice(step.index, step.index + 1));
  if ('every' in step) return items.flat(1);
  return items.flat(1).filter((item) => String(field(item, step.where)) === step.equals);
}

/** What a JSONPath finds in an object, in order. */
function jsonPathValues(object: KubeObject, path: string): unknown[] {
  return stepsOf(path)?.reduce(take, [object] as unknown[]) ?? [];
}

function cellOf(value: unknown, type: string, now: number): ColumnValue {
  if (type === 'string') return typeof value === 'string' ? value : JSON.stringify(value);
  if (type === 'date') return typeof value === 'string' ? age(value, now) : null;
  if (type === 'integer') return typeof value === 'number' ? Math.trunc(value) : null;
  return typeof value === type ? (value as ColumnValue) : null;
}

/** A column's cell for one object; null where the object has nothing there. `now` in milliseconds since the epoch. */
export function cell(column: PrinterColumn, object: KubeObject, now: number): ColumnValue {
  if (column.value) return column.value(object, now);
  const found = jsonPathValues(object, column.jsonPath ?? '')[0];
  return found === undefined || found === null ? null : cellOf(found, column.type, now);
}
