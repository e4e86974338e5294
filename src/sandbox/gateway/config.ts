/** Where one weighted part of a listener's connections goes, by the name that Envoy gives such a cluster. */
export interface WeightedCluster {
  name: string;
  weight: number;
}

/** Envoy's two forms of a TCP route: one cluster for everything, or several by weight. */
export type TcpRoute = { cluster: string } | { weightedClusters: readonly WeightedCluster[] };

export interface ListenerConfig {
  port: number;
  route: TcpRoute;
}

/** What a gateway replica serves: at most one entry a port. */
export type GatewayConfig = readonly ListenerConfig[];

/** An address in the pod network. */
export interface Endpoint {
  ip: string;
  port: number;
}

/** An endpoint's address as Envoy writes it. */
export function endpointName({ ip, port }: Endpoint): string {
  return `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
}

/** Envoy's name, as Istio makes it, for the pods behind a Service's port or behind a subset of them. */
export function clusterName(destination: { port: number; subset?: string; host: string }): string {
  return `outbound|${destination.port}|${destination.subset ?? ''}|${destination.host}`;
}

/** A sole destination gets everything; among several a weight of 0 gets nothing and is left out. */
export function tcpRoute(clusters: readonly WeightedCluster[]): TcpRoute {
  const [first] = clusters;
  if (clusters.length === 1 && first) return { cluster: first.name };
  return { weightedClusters: clusters.filter(({ weight }) => weight > 0) };
}

/** The clusters of a route with their weights; a sole one has weight 1. */
export function weightsOf(route: TcpRoute): readonly WeightedCluster[] {
  return 'cluster' in route ? [{ name: route.cluster, weight: 1 }] : route.weightedClusters;
}
