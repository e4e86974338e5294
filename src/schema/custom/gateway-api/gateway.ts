import { atomicList, described, integer, listBy, map, object, text } from '../build.ts';
import type { Schema, ValidationRule } from '../../schema.ts';
import {
  addressType,
  annotationValue,
  conditions,
  group,
  kind,
  labelSelector,
  labelValue,
  namespace,
  objectName,
  portNumber,
  secretReference,
  sectionName,
  waiting,
} from './common.ts';
import { listener, routeKind } from './listener.ts';

const isIpAddress: Schema = { properties: { type: { enum: ['IPAddress'] } } };
const addressForm: Schema[] = [
  { properties: { ...isIpAddress.properties, value: { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] } } },
  { properties: { type: { not: { enum: ['IPAddress'] } } } },
];

const address = (value: Schema, more: Schema): Schema =>
  object({ type: addressType, value }, { description: 'An address of the Gateway.', oneOf: addressForm, ...more });

const certificateAuthorities = object(
  {
    validation: object(
      {
        caCertificateRefs: atomicList(
          object({ group, kind, name: objectName, namespace }, { required: ['group', 'kind', 'name'] }),
          { description: 'Authorities that sign client certificates.', minItems: 1, maxItems: 16 },
        ),
        mode: text({ default: 'AllowValidOnly', enum: ['AllowValidOnly', 'AllowInsecureFallback'] }),
      },
      { description: 'How client certificates are checked.', required: ['caCertificateRefs'] },
    ),
  },
  { description: 'TLS towards clients.' },
);

const tls = object(
  {
    backend: object({ clientCertificateRef: secretReference }, { description: 'TLS towards backends.' }),
    frontend: object(
      {
        default: certificateAuthorities,
        perPort: listBy(
          'port',
          object({ port: portNumber, tls: certificateAuthorities }, { required: ['port', 'tls'] }),
          {
            description: 'Settings of single ports.',
            maxItems: 64,
            'x-kubernetes-validations': [
              {
                message: 'Port for TLS configuration must be unique within the Gateway',
                rule: 'self.all(a, self.exists_one(b, a.port == b.port))',
              },
            ],
          },
        ),
      },
      { description: 'TLS towards clients, for all ports and for single ones.', required: ['default'] },
    ),
  },
  { description: 'TLS of the whole Gateway.' },
);

const infrastructure = object(
  {
    annotations: map(annotationValue, { maxProperties: 16 }),
    labels: map(labelValue, { maxProperties: 8 }),
    parametersRef: object({ group, kind, name: objectName }, { required: ['group', 'kind', 'name'] }),
  },
  { description: 'What the objects made for this Gateway carry.' },
);

const allowedListeners = object(
  {
    namespaces: object(
      { from: text({ default: 'None', enum: ['All', 'Selector', 'Same', 'None'] }), selector: labelSelector },
      { default: { from: 'None' } },
    ),
  },
  { description: 'Namespaces whose ListenerSets may add listeners.' },
);

const listenerRules: ValidationRule[] = [
  {
    message: "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
    rule: "self.all(l, !(l.protocol in ['HTTP', 'TCP', 'UDP']) || !has(l.tls))",
  },
  {
    message: 'tls mode must be Terminate for protocol HTTPS',
    rule: "self.all(l, l.protocol != 'HTTPS' || !has(l.tls) || l.tls.mode in ['', 'Terminate'])",
  },
  {
    message: 'tls mode must be set for protocol TLS',
    rule: "self.all(l, l.protocol != 'TLS' || (has(l.tls) && has(l.tls.mode) && l.tls.mode != ''))",
  },
  {
    message: "hostname must not be specified for protocols ['TCP', 'UDP']",
    rule: "self.all(l, !(l.protocol in ['TCP', 'UDP']) || !has(l.hostname) || l.hostname == '')",
  },
  {
    message: 'Listener name must be unique within the Gateway',
    rule: 'self.all(a, self.exists_one(b, a.name == b.name))',
  },
  {
    message: 'Combination of port, protocol and hostname must be unique for each listener',
    rule: 'self.all(a, self.exists_one(b, a.port == b.port && a.protocol == b.protocol && has(a.hostname) == has(b.hostname) && (!has(a.hostname) || a.hostname == b.hostname)))',
  },
];

const addressRules: ValidationRule[] = ['IPAddress', 'Hostname'].map((type) => ({
  message: `${type} values must be unique`,
  rule: `self.all(a, a.type != '${type}' || !has(a.value) || self.exists_one(b, b.type == a.type && has(b.value) && b.value == a.value))`,
}));

const spec = object(
  {
    addresses: atomicList(address(text({ maxLength: 253 }), {}), {
      description: 'Addresses that are asked for.',
      maxItems: 16,
      'x-kubernetes-validations': addressRules,
    }),
    allowedListeners,
    defaultScope: described('Routes without parents that the Gateway serves.', text({ enum: ['All', 'None'] })),
    gatewayClassName: described('Class of the Gateway.', objectName),
    infrastructure,
    listeners: listBy('name', listener, {
      description: 'Where connections come in.',
      minItems: 1,
      maxItems: 64,
      'x-kubernetes-validations': listenerRules,
    }),
    tls,
  },
  { description: 'What the Gateway is asked to be.', required: ['gatewayClassName', 'listeners'] },
);

const listenerStatus = object(
  {
    attachedRoutes: described('Accepted routes of the listener.', integer({ format: 'int32' })),
    conditions: conditions(),
    name: sectionName,
    supportedKinds: atomicList(routeKind, { description: 'Kinds of routes that the listener takes.', maxItems: 8 }),
  },
  { description: 'State of one listener.', required: ['attachedRoutes', 'conditions', 'name'] },
);

const pending = waiting('Accepted', 'Programmed');

const status = object(
  {
    addresses: atomicList(address(text({ minLength: 1, maxLength: 253 }), { required: ['value'] }), {
      description: 'Addresses that the Gateway has.',
      maxItems: 16,
    }),
    attachedListenerSets: integer({ format: 'int32' }),
    conditions: conditions({ default: pending }),
    listeners: listBy('name', listenerStatus, { description: 'State of each listener.', maxItems: 64 }),
  },
  { description: 'What the controller says.', default: { conditions: pending } },
);

export const gateway = object(
  { spec, status },
  { description: 'Where traffic enters: addresses and listeners.', required: ['spec'] },
);
