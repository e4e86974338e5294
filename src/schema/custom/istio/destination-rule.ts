import { described, list, map, object, open, text } from '../build.ts';
import type { Schema } from '../../schema.ts';
import { duration, exportTo, int32, labels, status, uint32 } from './common.ts';

const tcpSettings = object(
  {
    connectTimeout: duration,
    idleTimeout: text(),
    maxConnectionDuration: duration,
    maxConnections: int32,
    tcpKeepalive: object({ interval: duration, probes: uint32, time: duration }),
  },
  { description: 'Limits of TCP connections.' },
);

const connectionPool = object({ http: open(), tcp: tcpSettings }, { description: 'Limits of connections.' });

const loadBalancer = open(
  {
    simple: text({
      enum: ['UNSPECIFIED', 'LEAST_CONN', 'RANDOM', 'PASSTHROUGH', 'ROUND_ROBIN', 'LEAST_REQUEST'],
    }),
  },
  { description: 'How one endpoint is picked.' },
);

const portPolicyFields: { [field: string]: Schema } = {
  connectionPool,
  loadBalancer,
  outlierDetection: open({}, { description: 'When an endpoint is left out.' }),
  tls: open(
    { mode: text({ enum: ['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'] }) },
    { description: 'TLS towards the endpoints.' },
  ),
};

const trafficPolicy = object(
  {
    ...portPolicyFields,
    portLevelSettings: list(object({ ...portPolicyFields, port: object({ number: uint32 }) }), {
      description: 'Policies of single ports.',
      maxItems: 4096,
    }),
    proxyProtocol: open(),
    retryBudget: open(),
    tunnel: open(),
  },
  { description: 'Policies of connections to the host.' },
);

const subset = object(
  {
    labels: labels('Labels of the pods in the subset.'),
    name: described('Name that routes use.', text()),
    trafficPolicy,
  },
  { description: 'A version of the service.', required: ['name'] },
);

export const destinationRule = object({
  spec: object(
    {
      exportTo,
      host: described('Service that the rule is about.', text()),
      subsets: list(subset, { description: 'Versions of the service.' }),
      trafficPolicy,
      workloadSelector: object({ matchLabels: map(text({ maxLength: 63 }), { maxProperties: 4096 }) }),
    },
    { description: 'What happens to connections once they are routed to a host.', required: ['host'] },
  ),
  status,
});
