import { atomicList, described, map, object, text } from '../build.ts';
import {
  annotationValue,
  gatewayGroup,
  group,
  hostname,
  kind,
  labelSelector,
  portNumber,
  secretReference,
  sectionName,
} from './common.ts';

/** A kind of route that a listener takes. */
export const routeKind = object(
  { group: { ...group, default: gatewayGroup }, kind },
  { description: 'A kind of route.', required: ['kind'] },
);

const allowedRoutes = object(
  {
    kinds: atomicList(routeKind, {
      description: 'Kinds of routes that may attach; those of the protocol where absent.',
      maxItems: 8,
    }),
    namespaces: object(
      {
        from: described(
          'Namespaces whose routes may attach.',
          text({ default: 'Same', enum: ['All', 'Selector', 'Same'] }),
        ),
        selector: labelSelector,
      },
      { description: 'Where the routes may come from.', default: { from: 'Same' } },
    ),
  },
  { description: 'Routes that may attach to the listener.', default: { namespaces: { from: 'Same' } } },
);

const listenerTls = object(
  {
    certificateRefs: atomicList(secretReference, {
      description: 'Certificates to terminate TLS with.',
      maxItems: 64,
    }),
    mode: described(
      'Whether TLS ends here or passes through.',
      text({ default: 'Terminate', enum: ['Terminate', 'Passthrough'] }),
    ),
    options: map(annotationValue, { description: "The controller's own options.", maxProperties: 16 }),
  },
  {
    description: 'TLS of the listener.',
    'x-kubernetes-validations': [
      {
        message: 'certificateRefs or options must be specified when mode is Terminate',
        rule: "self.mode != 'Terminate' || size(self.certificateRefs) > 0 || size(self.options) > 0",
      },
    ],
  },
);

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

export const listener = object(
  {
    allowedRoutes,
    hostname: described('Host that the listener answers for; any where absent.', hostname),
    name: described('Name of the listener, unique in the Gateway.', sectionName),
    port: described('Port that the listener listens on.', portNumber),
    protocol: described(
      'HTTP, HTTPS, TLS, TCP, UDP, or a protocol of the controller with its domain.',
      text({
        minLength: 1,
        maxLength: 255,
        pattern: `^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|${label}(\\.${label})*\\/[A-Za-z0-9]+$`,
      }),
    ),
    tls: listenerTls,
  },
  { description: 'A port and protocol where connections come in.', required: ['name', 'port', 'protocol'] },
);
