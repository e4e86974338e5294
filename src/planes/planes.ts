import { istio } from './istio.ts';
import type { Plane, PlaneName } from './plane.ts';
import { unknownPlane } from './unknown.ts';

interface PlaneRow {
  /** The domain of the `controllerName` of the GatewayClasses that it serves. */
  domain: string | undefined;
  of(controller: string): Plane;
}

const planes = {
  istio: { domain: 'istio.io', of: () => istio },
  unknown: { domain: undefined, of: unknownPlane },
} satisfies Record<PlaneName, PlaneRow>;

/** The data plane of a GatewayClass's controller; Istio's is tried where the controller is not known. */
export function planeFor(controller: string | undefined): Plane {
  if (controller === undefined) return istio;
  const rows: readonly PlaneRow[] = Object.values(planes);
  return (rows.find(({ domain }) => controller.startsWith(`${domain}/`)) ?? planes.unknown).of(controller);
}
