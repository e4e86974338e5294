import { parse } from 'yaml';
import { parseDuration } from '../../../../src/core/duration.ts';
import type { KubeObject } from '../../../../src/core/objects.ts';

const annotation = 'proxy.istio.io/config';

/** What a pod's own ProxyConfig asks of its proxy, as far as the harness does what Istio's agent does with it. */
export interface ProxyConfig {
  /** Istio's default where it says nothing. */
  drainSeconds: number;
  /** Statistics that are kept besides those that Istio always keeps, by the end of their names. */
  inclusionSuffixes: readonly string[];
}

/** Reads the ProxyConfig of a pod's annotation. */
export function proxyConfig({ metadata }: KubeObject): ProxyConfig {
  const { drainDuration = '45s', proxyStatsMatcher = {} } = parse(metadata.annotations?.[annotation] ?? '{}');
  return {
    drainSeconds: parseDuration(drainDuration)! / 1000,
    inclusionSuffixes: proxyStatsMatcher.inclusionSuffixes ?? [],
  };
}
