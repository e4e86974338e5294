import type { Fields } from '../fields.ts';

const affinitySeconds = 10_800;

function servicePort(fields: Fields): Fields {
  return { protocol: 'TCP', ...fields, targetPort: fields.targetPort || fields.port };
}

function affinity(spec: Fields): Fields {
  if (spec.sessionAffinity !== 'ClientIP') return {};
  const timeoutSeconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? affinitySeconds;
  return { sessionAffinityConfig: { clientIP: { timeoutSeconds } } };
}

function traffic({ type, externalIPs = [] }: Fields): Fields {
  if (type === 'ExternalName') return {};
  const isExternal = type === 'NodePort' || type === 'LoadBalancer' || externalIPs.length > 0;
  return {
    internalTrafficPolicy: 'Cluster',
    ...(isExternal ? { externalTrafficPolicy: 'Cluster' } : {}),
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
  };
}

function withIpMode(status: Fields): Fields {
  const { ingress } = status.loadBalancer ?? {};
  if (!ingress) return { loadBalancer: {}, ...status };
  const filled = ingress.map((each: Fields) => (each.ip ? { ipMode: 'VIP', ...each } : each));
  return { ...status, loadBalancer: { ...status.loadBalancer, ingress: filled } };
}

/** A Service with what the API server adds; addresses are the registry's to give. */
export function serviceDefaults(service: Fields): Fields {
  const { sessionAffinityConfig: _, ...given } = service.spec ?? {};
  const spec: Fields = { sessionAffinity: 'None', type: 'ClusterIP', ...given };
  return {
    ...service,
    spec: {
      ...traffic(spec),
      ...spec,
      ...affinity({ ...spec, sessionAffinityConfig: service.spec?.sessionAffinityConfig }),
      ...(spec.ports ? { ports: spec.ports.map(servicePort) } : {}),
    },
    status: withIpMode(service.status ?? {}),
  };
}
