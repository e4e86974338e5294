/**
 * How a replica's proxy behaves: as configured, or, as real ones do at times,
 * - `refuse`: takes no listener that is new or changed, and tells so
 * - `detached`: cut off from the control plane, goes on with what it has
 * - `paused`: its process is stopped; what comes in waits
 */
export type ProxyBehaviour = 'obey' | (typeof faulty)[number];

const faulty = ['refuse', 'detached', 'paused'] as const;

/** The annotation of a gateway's pod that makes its proxy behave so; any other value than these has no effect. */
export const behaviourAnnotation = 'sandbox.tcpshift.io/proxy';

export function behaviourOf(annotations: Readonly<Record<string, string>> = {}): ProxyBehaviour {
  return faulty.find((name) => name === annotations[behaviourAnnotation]) ?? 'obey';
}
