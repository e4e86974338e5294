import { described, list, object, open, text } from '../build.ts';
import { exportTo, labels, status, strings, uint32, weightedDestinations } from './common.ts';

const matchFields = {
  destinationSubnets: strings('Addresses or CIDR ranges of the destination.'),
  gateways: strings('Gateways that the match is limited to.'),
  port: described('Port that the connection came in on.', uint32),
  sourceLabels: labels('Labels of the client workload.'),
  sourceNamespace: described('Namespace of the client workload.', text()),
};

const tcp = object(
  {
    match: list(object({ ...matchFields, sourceSubnet: text() }, { description: 'What a connection must be like.' }), {
      description: 'Any of these must fit; all connections where absent.',
    }),
    route: weightedDestinations,
  },
  { description: 'Where TCP connections go.' },
);

const tls = object(
  {
    match: list(
      object(
        { ...matchFields, sniHosts: strings('Server names that the client asks for.') },
        { description: 'What a connection must be like.', required: ['sniHosts'] },
      ),
      { description: 'Any of these must fit.' },
    ),
    route: weightedDestinations,
  },
  { description: 'Where TLS connections go, undecrypted.', required: ['match'] },
);

export const virtualService = object({
  spec: object(
    {
      exportTo,
      gateways: strings('Gateways and sidecars that the routes apply to.'),
      hosts: strings('Hosts that the routes apply to.'),
      http: list(open(), { description: 'Routes of HTTP requests.' }),
      tcp: list(tcp, { description: 'Routes of TCP connections; the first that fits decides.' }),
      tls: list(tls, { description: 'Routes of TLS connections; the first that fits decides.' }),
    },
    { description: 'How traffic to some hosts is routed.' },
  ),
  status,
});
