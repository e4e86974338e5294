import type { Condition, KubeObject, Reader } from '../../core/objects.ts';
import { ShiftError } from '../../errors.ts';

/** See RoutingApi.checkGateway: the GatewayClass must exist and be taken up by a controller. */
export async function checkGateway({ apiVersion, spec }: KubeObject, reader: Reader): Promise<void> {
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
}

function missingClass(name: string, classes: readonly KubeObject[]): ShiftError {
  const known = classes.map(({ metadata }) => metadata.name).join(', ');
  return new ShiftError('cluster', `GatewayClass ${name} does not exist; the cluster has ${known || 'none'}`, {
    hint: known ? 'choose one of them with --gateway-class' : 'install a Gateway API implementation, such as Istio',
  });
}
