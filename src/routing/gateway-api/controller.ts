import type { KubeObject, Reader } from '../../core/objects.ts';
import { ifPermitted } from '../permitted.ts';
import type { RouteView } from '../routing-api.ts';
import { findListener } from './listener.ts';

/** See RoutingApi.controller: that of the Gateway by which connections reach the route. */
export async function controller(view: RouteView, reader: Reader): Promise<string | undefined> {
  const { gateway } = await findListener(view, reader);
  return controllerOf(gateway, reader);
}

/** The controller of a Gateway's class; undefined where the class does not exist, or may not be read. */
export async function controllerOf({ apiVersion, spec }: KubeObject, reader: Reader): Promise<string | undefined> {
  const found = await ifPermitted(reader.get({ apiVersion, kind: 'GatewayClass', name: spec.gatewayClassName }));
  return found?.spec?.controllerName as string | undefined;
}
