import { istio } from './istio.ts';
import type { Plane, PlaneName } from './plane.ts';
import { unknownPlane } from './unknown.ts';

interface PlaneRow {
  /** `controllerName` of the GatewayClasses that it serves. */
  controllers: readonly string[];
  of(controller: string): Plane;
}

const planes = {
  istio: { controllers: ['istio.io/gateway-controller'], of: () => istio },
  unknown: { controllers: [], of: unknownPlane },
} satisfies Record<PlaneName, PlaneRow>;

/** The data plane of a GatewayClass's controller; Istio's is tried where the controller is not known. */
export function planeFor(controller: string | undefined): Plane {
  if (controller === undefined) return istio;
  const rows: readonly PlaneRow[] = Object.values(planes);
  return (rows.find(({ controllers }) => controllers.includes(controller)) ?? planes.unknown).of(controller);
}
