import { type ObjectRef, refText } from '../core/objects.ts';
import type { Readiness } from '../core/route/readiness.ts';
import { dryRunText } from './format.ts';
import { splitText } from '../core/weights/split.ts';

export interface FirstReply {
  version: string;
  reply: string;
  from: string;
  address: string;
}

export interface SetupReport {
  namespace: string;
  api: string;
  dryRun: string;
  objects: readonly { ref: ObjectRef; change: 'created' | 'configured' | 'unchanged' }[];
  /** Versions that kept the weights that the route had before, where it was there already. */
  kept?: readonly { version: string; weight: number }[];
  conditions?: readonly Readiness[];
  firstReply?: FirstReply;
}

export function setupLines({ namespace, dryRun, objects, kept, firstReply }: SetupReport): string[] {
  const changed = objects.some(({ change }) => change !== 'unchanged');
  return [
    ...objects.map(({ ref, change }) => `${refText(ref)} ${change}${dryRunText(dryRun)}`),
    ...(changed ? [] : [`Nothing to change in namespace ${namespace}`]),
    ...(kept ? [`The route keeps its weights: ${splitText(kept)}`] : []),
    ...(firstReply
      ? [
          `Ready: ${firstReply.version} answers "${firstReply.reply}" through ${firstReply.address} (${firstReply.from})`,
        ]
      : []),
  ];
}
