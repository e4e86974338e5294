import type { Condition, KubeObject, Reader } from '../core/objects.ts';
import { ShiftError } from '../errors.ts';
import { exposingService, findIngressGateway } from './istio/ingress-gateway.ts';
import type { RoutingApiName } from './routing-api.ts';

/** @throws ShiftError with the reason why a Gateway would not carry traffic; forbidden where the user may not look */
type Check = (gateway: KubeObject, reader: Reader) => Promise<void>;

/** The GatewayClass must exist and be taken up by a controller. */
const checkClass: Check = async ({ apiVersion, spec }, reader) => {
  const name: string = spec.gatewayClassName;
  const classes = await reader.list({ apiVersion, kind: 'GatewayClass' });
  const found = classes.find(({ metadata }) => metadata.name === name);
  if (!found) throw missingClass(name, classes);
  const conditions: Condition[] = found.status?.conditions ?? [];
  const accepted = conditions.find(({ type }) => type === 'Accepted');
  if (accepted?.status === 'True') return;
  const why = accepted ? `${accepted.reason}: ${accepted.message}` : 'no controller has taken it up';
  throw new ShiftError('cluster', `GatewayClass ${name} is not Accepted (${why})`, {
    hint: `see why: kubectl describe gatewayclass ${name}`,
  });
};

function missingClass(name: string, classes: readonly KubeObject[]): ShiftError {
  const known = classes.map(({ metadata }) => metadata.name).join(', ');
  return new ShiftError('cluster', `GatewayClass ${name} does not exist; the cluster has ${known || 'none'}`, {
    hint: known ? 'choose one of them with --gateway-class' : 'install a Gateway API implementation, such as Istio',
  });
}

/** Pods must carry the Gateway's selector, and a Service of theirs must expose its port: only Istio's demo profile exposes 31400. */
const checkIngress: Check = async ({ metadata, spec }, reader) => {
  const ingress = await findIngressGateway(spec.selector, metadata.namespace!, reader);
  exposingService(ingress, spec.servers[0].port.number);
};

const checks = { 'gateway-api': checkClass, istio: checkIngress } satisfies Record<RoutingApiName, Check>;

/** Why a Gateway would not carry traffic, found before it is written; empty where it will do, or where the user may not look. */
export async function gatewayProblems(api: RoutingApiName, gateway: KubeObject, reader: Reader): Promise<ShiftError[]> {
  try {
    await checks[api](gateway, reader);
    return [];
  } catch (error) {
    if (!(error instanceof ShiftError)) throw error;
    if (error.kind === 'forbidden') return [];
    if (error.kind === 'cluster' || error.kind === 'unreachable') return [error];
    throw error;
  }
}
