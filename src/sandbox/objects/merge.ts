import type { Json, JsonObject } from '../../core/objects.ts';
import type { Schema } from '../../schema/schema.ts';
import { membersOf, shapeOf, stepSchema } from './shape.ts';

/** The live value with the applied one laid over it: applied leaves win, everything else stays. */
export function merge(live: Json | undefined, applied: Json | undefined, schema: Schema | undefined): Json | undefined {
  if (live === undefined || applied === undefined) return applied ?? live;
  const shape = shapeOf(applied, schema);
  if (shape === 'leaf' || shapeOf(live, schema) !== shape) return applied;
  return shape === 'list'
    ? mergeLists(live as Json[], applied as Json[], schema!)
    : mergeFields(live as JsonObject, applied as JsonObject, schema);
}

function mergeFields(live: JsonObject, applied: JsonObject, schema: Schema | undefined): JsonObject {
  const names = new Set([...Object.keys(live), ...Object.keys(applied)]);
  return Object.fromEntries(
    [...names].map((name) => [name, merge(live[name], applied[name], stepSchema(schema, `f:${name}`))!]),
  );
}

/** Applied items keep their own order; of the live ones, those that are not applied stay where they were between the shared ones. */
function mergeLists(live: Json[], applied: Json[], schema: Schema): Json[] {
  const [old, wanted] = [membersOf(live, schema), membersOf(applied, schema)];
  const order = mergedOrder([...old.keys()], [...wanted.keys()]);
  return order.map((step) => merge(old.get(step), wanted.get(step), schema.items)!);
}

function mergedOrder(live: readonly string[], applied: readonly string[]): string[] {
  const [isLive, isApplied] = [new Set(live), new Set(applied)];
  const shared = applied.filter((step) => isLive.has(step));
  const order = new Set<string>();
  let [l, a, next] = [0, 0, 0];
  while (l < live.length || a < applied.length) {
    const [mine, theirs] = [live[l], applied[a]];
    if (mine !== undefined && mine !== theirs && !isApplied.has(mine)) {
      order.add(mine);
      l += 1;
    } else if (isOutOfTurn(mine, theirs, shared[next])) {
      l += 1;
    } else if (theirs === undefined) {
      l += 1;
    } else {
      order.add(theirs);
      if (mine !== undefined && order.has(mine)) l += 1;
      if (shared[next] === theirs) next += 1;
      a += 1;
    }
  }
  return [...order];
}

/** True for a shared item whose turn has not come in the applied order, while another shared item's turn has. */
function isOutOfTurn(mine: string | undefined, theirs: string | undefined, next: string | undefined): boolean {
  return [mine, theirs, next].every((step) => step !== undefined) && mine !== theirs && mine !== next;
}
