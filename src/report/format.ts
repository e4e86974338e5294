import type { ObjectRef } from '../core/objects.ts';
import type { Split } from '../core/weights/split.ts';

/** `20 %`, `0.5 %`: a share in percent, with no more places than it needs and at most `places`. */
export function percent(share: number, places = 2): string {
  return `${Number((share * 100).toFixed(places))} %`;
}

/** `tcproute/tcp-echo`, as kubectl names objects. */
export function refText({ kind, name }: ObjectRef): string {
  return `${kind.toLowerCase()}/${name}`;
}

/** ` (dry run)` or ` (server dry run)`, in kubectl's words; empty where it is for real. */
export function dryRunText(dryRun: string): string {
  return { none: '', client: ' (dry run)', server: ' (server dry run)' }[dryRun] ?? '';
}

/** `v1=80 v2=20`, as weights are given on the command line. */
export function splitText(split: Split): string {
  return split.map(({ version, weight }) => `${version}=${weight}`).join(' ');
}
