import type { FirstReply, SetupResult } from '../core/route/setup-result.ts';
import { refText } from '../core/objects.ts';
import { dryRunText } from './format.ts';
import { splitText } from '../core/weights/split.ts';

export function setupLines({ namespace, dryRun, objects, kept, firstReply }: SetupResult): string[] {
  const changed = objects.some(({ change }) => change !== 'unchanged');
  return [
    ...objects.map(({ ref, change }) => `${refText(ref)} ${change}${dryRunText(dryRun)}`),
    ...(changed ? [] : [`Nothing to change in namespace ${namespace}`]),
    ...(kept ? [`The route keeps its weights: ${splitText(kept)}`] : []),
    ...(firstReply ? readyLines(firstReply) : []),
  ];
}

/** An address is given as ready only where connections from here reached it; another way leaves that open, and says why. */
function readyLines({ version, reply, from, address, passedOver }: FirstReply): string[] {
  const answer = `${version} answers "${reply}" through ${address} (${from})`;
  if (passedOver.length === 0) return [`Ready: ${answer}`];
  return [
    `Ready behind the gateway's address, which is not reached from here: ${answer}`,
    ...passedOver.map(({ from: place, why }) => `Passed over: ${place}: ${why}`),
  ];
}
