import { formatDuration } from '../duration.ts';
import { podNamer, type PodAddress } from '../pods.ts';
import { sameShares, splitText, type Split } from '../weights/split.ts';
import type { InForce } from './in-force.ts';

/** A gateway pod, as far as it tells what it has in force. */
export interface TellingPod extends PodAddress, Partial<Omit<InForce, 'weights'>> {
  weights: Split | null;
  /** Why it does not tell. */
  problem?: string;
}

/** Gateway pods that do not have, or do not say that they have, the weights that are waited for. */
export interface Lag {
  /** At least one. */
  lagging: readonly TellingPod[];
  /** Those of them that refused the weights that are waited for, and not others before. */
  refusing: readonly TellingPod[];
  /** All that were asked. */
  proxies: readonly TellingPod[];
  /** The weights that are waited for. */
  wanted: Split;
  /** How long they were waited for, in milliseconds. */
  timeoutMs: number;
}

/** What is known of pods that lag: who refused, who has other weights, who waits for something, and of whom nothing is known. */
export function lagText({ lagging, refusing, proxies, wanted, timeoutMs }: Lag): string {
  const nameOf = podNamer(proxies);
  const [first] = refusing;
  if (first) {
    const names = refusing.map(nameOf).join(', ');
    return `${names} refused the new weights: ${first.refused!.details}; in force: ${first.weights ? splitText(first.weights) : 'nothing'}`;
  }
  const after = `after ${formatDuration(timeoutMs)}`;
  const old = commonWeights(lagging);
  if (old && lagging.length === proxies.length) {
    const who = proxies.length === 1 ? 'the one gateway pod has' : `all ${proxies.length} gateway pods have`;
    return `${after} ${who} ${standingText(old, wanted)}`;
  }
  const states = lagging.map((pod) => `${nameOf(pod)} ${stateText(pod)}`).join(', ');
  const isUnknown = lagging.every(({ problem }) => problem !== undefined);
  return isUnknown
    ? `${after} it is not known whether every gateway pod has the new weights: ${states}`
    : `${after} not every gateway pod has the new weights: ${states}`;
}

/** Weights that all gateways have instead, and why. */
function standingText(weights: Split, wanted: Split): string {
  const versions = new Set(wanted.map(({ version }) => version));
  const others = weights.filter(({ weight }) => weight > 0);
  return others.some(({ version }) => versions.has(version))
    ? `${splitText(weights)}: the control plane has not brought the new weights`
    : `${splitText(others)}, which is none of the versions: another route may have the port`;
}

/** The weights that all of them have; undefined where they differ or one has none. */
function commonWeights([first, ...others]: readonly TellingPod[]): Split | undefined {
  const weights = first?.weights;
  if (!weights) return undefined;
  return others.every((pod) => pod.weights && sameShares(pod.weights, weights)) ? weights : undefined;
}

function stateText({ weights, warming, problem }: TellingPod): string {
  if (problem !== undefined) return `does not tell (${problem})`;
  if (weights) return `has ${splitText(weights)}`;
  return warming ? 'has a listener that waits, such as for a certificate' : 'has no listener';
}
