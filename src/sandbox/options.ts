/** How the sandbox's gateway picks a version for a new connection. */
export type PickerName = 'random' | 'round-robin' | 'sticky';

export interface SandboxOptions {
  /** Where the kubeconfig is written, mode 0600. */
  kubeconfig: string;
  picker: PickerName;
  /** From a route's change to the first gateway replica that obeys it, in milliseconds. */
  propagationDelayMs: number;
  /** Gateway replicas; they take a change over one after another, one propagation delay apart. */
  gatewayReplicas: number;
  /** How long connections of a replaced filter chain may finish before they are closed, in milliseconds. */
  drainMs: number;
  /** Seed of the random picker; the same seed gives the same picks. */
  seed: number;
  /** Port that the ingress gateway Service of the Istio API exposes; 0 exposes none, as Istio's default profile does. */
  ingressPort: number;
}
