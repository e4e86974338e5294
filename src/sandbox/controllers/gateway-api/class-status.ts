import type { KubeObject } from '../../../core/objects.ts';
import { gatewayController } from './evaluate.ts';
import { conditionsWith, passed } from './verdict.ts';

/** The status of a GatewayClass of ours; undefined for those of others. */
export function classStatus({ spec, status, metadata }: KubeObject): object | undefined {
  if (spec.controllerName !== gatewayController) return undefined;
  const accepted = passed('Accepted', 'Accepted', 'Handled by Istio controller');
  return { ...status, conditions: conditionsWith(status?.conditions, [accepted], metadata.generation ?? 0) };
}
