import type { KubeObject } from '../../../core/objects.ts';
import type { GatewayConfig } from '../../gateway/config.ts';
import type { Fleet } from '../../gateway/fleet.ts';
import type { Replica } from '../../gateway/replica.ts';
import type { Registry } from '../../store/registry.ts';
import { keyOf } from '../controller.ts';
import { routeOf, type Evaluation } from '../gateway-api/evaluate.ts';
import { gatewayNameLabel } from '../gateway-api/infrastructure.ts';
import { tcpServers, type TcpServer } from '../istio/gateways.ts';
import { kinds } from '../kinds.ts';
import { controllerOf } from '../owners.ts';

/** A pod whose proxy runs, with the TCP ports that Gateways of either API give to it. */
export interface GatewayPod {
  pod: KubeObject;
  replica: Replica;
  servers: TcpServer[];
}

/** The gateway pods in the order in which their proxies were started. */
export function gatewayPods(registry: Registry, fleet: Fleet, evaluation: Evaluation): GatewayPod[] {
  const pods = new Map(registry.list(kinds.pod).map((pod) => [pod.metadata.uid, pod]));
  return [...fleet.replicas()].flatMap(([uid, replica]) => {
    const pod = pods.get(uid);
    return pod ? [{ pod, replica, servers: serversOf(registry, evaluation, pod) }] : [];
  });
}

function serversOf(registry: Registry, evaluation: Evaluation, pod: KubeObject): TcpServer[] {
  const servers = new Map<number, TcpServer>();
  for (const server of [...listenersFor(evaluation, pod), ...tcpServers(registry, pod)]) {
    if (!servers.has(server.port)) servers.set(server.port, server);
  }
  return [...servers.values()];
}

function listenersFor(evaluation: Evaluation, { metadata }: KubeObject): TcpServer[] {
  const key = `${metadata.namespace}/${metadata.labels?.[gatewayNameLabel]}`;
  const own = evaluation.gateways.find(({ gateway }) => keyOf(gateway) === key);
  return (own?.listeners ?? [])
    .filter(({ carries }) => carries)
    .map((judged) => ({ port: judged.listener.port, route: routeOf(evaluation, judged) }));
}

/** What the pod's proxy is to serve: a port without a route has no listener in it. */
export function configOf({ servers }: GatewayPod): GatewayConfig {
  return servers.flatMap(({ port, route }) => (route ? [{ port, route }] : []));
}

/** The pods by the gateway that they are replicas of. */
export function byGateway(pods: readonly GatewayPod[]): GatewayPod[][] {
  const groups = new Map<string, GatewayPod[]>();
  for (const member of pods) {
    const { metadata } = member.pod;
    const key = `${metadata.namespace}/${controllerOf(member.pod)?.name ?? metadata.name}`;
    groups.set(key, [...(groups.get(key) ?? []), member]);
  }
  return [...groups.values()];
}
