import type { SetupResult } from '../core/route/setup-result.ts';
import { refText } from '../core/objects.ts';
import { dryRunText } from './format.ts';
import { splitText } from '../core/weights/split.ts';

export function setupLines({ namespace, dryRun, objects, kept, firstReply }: SetupResult): string[] {
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
