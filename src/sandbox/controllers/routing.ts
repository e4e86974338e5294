import type { KubeObject } from '../../core/objects.ts';
import type { Endpoint } from '../gateway/config.ts';
import { behaviourOf } from '../gateway/behaviour.ts';
import type { Fleet } from '../gateway/fleet.ts';
import { createLoadBalancer, type LoadBalancer } from '../gateway/load-balancer.ts';
import type { PickerFactory } from '../gateway/pickers.ts';
import type { Registry } from '../store/registry.ts';
import { keyOf, runController, type Watch } from './controller.ts';
import { classStatus } from './gateway-api/class-status.ts';
import { evaluate, type Evaluation } from './gateway-api/evaluate.ts';
import { infrastructureName } from './gateway-api/infrastructure.ts';
import { gatewayStatus, routeStatus, type Reach } from './gateway-api/statuses.ts';
import { kinds } from './kinds.ts';
import { createFrontMaker, gatewayServices } from './network/fronts.ts';
import { byGateway, configOf, gatewayPods } from './network/gateway-pods.ts';
import { loadBalancerStatus, portProblems } from './network/load-balancer-status.ts';
import { upstreamTable } from './network/upstream-table.ts';
import { writeStatus } from './status.ts';

const everything = '/everything';
const manager = 'pilot-discovery';

export interface RoutingParts {
  fleet: Fleet;
  /** Picks the replica that a connection is given to. */
  pickers: PickerFactory;
  /** Called with the endpoints of every cluster whenever they may have changed. */
  setUpstreams: (table: ReadonlyMap<string, Endpoint[]>) => void;
}

/** Turns the objects of both routing APIs into what the gateways do, and tells in their statuses what became of them. */
export function runRouting(registry: Registry, parts: RoutingParts): { stop(): Promise<void> } {
  const makeFronts = createFrontMaker(parts.pickers);
  const loadBalancer = createLoadBalancer(() => queue.add(everything));

  const reconcile = (): void => {
    const evaluation = evaluate(registry);
    parts.setUpstreams(upstreamTable(registry));
    const pods = gatewayPods(registry, parts.fleet, evaluation);
    for (const { pod, replica } of pods) replica.behave(behaviourOf(pod.metadata.annotations));
    for (const group of byGateway(pods)) {
      const uids = group.map(({ pod }) => pod.metadata.uid!);
      parts.fleet.propagate(uids, configOf(group[0]!));
    }
    const services = gatewayServices(registry, pods);
    loadBalancer.set(makeFronts(services));
    for (const { service } of services) {
      const status = loadBalancerStatus(service, loadBalancer.states(keyOf(service)));
      writeStatus(registry, service, status, 'cloud-controller-manager');
    }
    writeStatuses(registry, evaluation, loadBalancer);
  };

  const queue = runController(registry, { watches: watchedKinds.map(watchAll), reconcile });
  return {
    stop() {
      queue.stop();
      return loadBalancer.stop();
    },
  };
}

const watchedKinds = [
  kinds.namespace,
  kinds.pod,
  kinds.service,
  kinds.endpointSlice,
  kinds.gatewayClass,
  kinds.gateway,
  kinds.tcpRoute,
  kinds.referenceGrant,
  kinds.istioGateway,
  kinds.virtualService,
  kinds.destinationRule,
];

function watchAll(kind: Watch[0]): Watch {
  return [kind, () => [everything]];
}

function writeStatuses(registry: Registry, evaluation: Evaluation, loadBalancer: LoadBalancer): void {
  for (const evaluated of evaluation.gateways) {
    const { gateway } = evaluated;
    const status = gatewayStatus(evaluation, evaluated, reachOf(registry, gateway, loadBalancer));
    writeStatus(registry, gateway, status, manager);
  }
  for (const evaluated of evaluation.routes) {
    const status = routeStatus(evaluated);
    if (status) writeStatus(registry, evaluated.route, status, manager);
  }
  for (const gatewayClass of registry.list(kinds.gatewayClass)) {
    const status = classStatus(gatewayClass);
    if (status) writeStatus(registry, gatewayClass, status, manager);
  }
}

function reachOf(registry: Registry, gateway: KubeObject, loadBalancer: LoadBalancer): Reach {
  const name = infrastructureName(gateway);
  const { namespace } = gateway.metadata;
  const service = registry.get(kinds.service, name, namespace);
  const address: string | undefined = service?.status?.loadBalancer?.ingress?.[0]?.ip;
  return { service: name, address, problems: portProblems(loadBalancer.states(`${namespace}/${name}`)) };
}
