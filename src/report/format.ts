import type { Overwritten } from '../core/route/overwritten.ts';
import { splitText } from '../core/weights/split.ts';
import type { DryRun } from '../core/dry-run.ts';

/** `20 %`, `0.5 %`: a share in percent, with no more places than it needs and at most `places`. */
export function percent(share: number, places = 2): string {
  return `${points(share, places)} %`;
}

/** `20`, `0.5`: the same without its unit. */
export function points(share: number, places = 2): string {
  return String(Number((share * 100).toFixed(places)));
}

/** ` (dry run)` or ` (server dry run)`, in kubectl's words; empty where it is for real. */
export function dryRunText(dryRun: DryRun): string {
  return { none: '', client: ' (dry run)', server: ' (server dry run)' }[dryRun];
}

/** ` by argo at 2030-01-01T00:00:00Z: the route has v1=1 v2=1`, to stand after what was overwritten. */
export function overwrittenText({ weights, manager, time }: Overwritten): string {
  const by = manager === undefined ? '' : ` by ${manager}${time === undefined ? '' : ` at ${time}`}`;
  return `${by}: the route has ${weights ? splitText(weights) : 'no such rule any more'}`;
}

/** `1,204`: a whole number. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}
