import type { Schema, ValidationRule } from '../../schema.ts';
import { atomicList, described, integer, object, text } from '../build.ts';
import {
  conditions,
  controllerName,
  group,
  kind,
  namespace,
  objectName,
  parentReference,
  portNumber,
  sectionName,
} from './common.ts';

const backendReference = object(
  {
    group: described('API group of the backend; empty for core.', { ...group, default: '' }),
    kind: described('Kind of the backend.', { ...kind, default: 'Service' }),
    name: described('Name of the backend.', objectName),
    namespace: described("Namespace of the backend; the route's own where absent.", namespace),
    port: described('Port of the backend.', portNumber),
    weight: described(
      'Share of the connections, relative to the other backends of the rule; 0 for none.',
      integer({ default: 1, format: 'int32', minimum: 0, maximum: 1_000_000 }),
    ),
  },
  {
    description: 'A backend and its weight.',
    required: ['name'],
    'x-kubernetes-validations': [
      {
        message: 'Must have port for Service reference',
        rule: "self.group != '' || self.kind != 'Service' || has(self.port)",
      },
    ],
  },
);

const rule = object(
  {
    backendRefs: atomicList(backendReference, {
      description: 'Backends that the connections are shared among.',
      minItems: 1,
      maxItems: 16,
    }),
    name: described('Name of the rule.', sectionName),
  },
  { description: 'Where connections go.', required: ['backendRefs'] },
);

const emptyOr = (field: string, empty: string) => (parent: string) =>
  `(has(${parent}.${field}) ? ${parent}.${field} : ${empty})`;
const [namespaceOf, sectionOf, portOf] = [
  emptyOr('__namespace__', "''"),
  emptyOr('sectionName', "''"),
  emptyOr('port', '0'),
];
const sameParent = `a.group == b.group && a.kind == b.kind && a.name == b.name && ${namespaceOf('a')} == ${namespaceOf('b')}`;

const parentRules: ValidationRule[] = [
  {
    message: 'sectionName or port must be specified when parentRefs includes 2 or more references to the same parent',
    rule: `self.all(a, self.all(b, !(${sameParent}) || ((${sectionOf('a')} == '') == (${sectionOf('b')} == '') && (${portOf('a')} == 0) == (${portOf('b')} == 0))))`,
  },
  {
    message: 'sectionName or port must be unique when parentRefs includes 2 or more references to the same parent',
    rule: `self.all(a, self.exists_one(b, ${sameParent} && ${sectionOf('a')} == ${sectionOf('b')} && ${portOf('a')} == ${portOf('b')}))`,
  },
];

const spec = (rules: Schema) =>
  object(
    {
      parentRefs: atomicList(parentReference, {
        description: 'What the route attaches to.',
        maxItems: 32,
        'x-kubernetes-validations': parentRules,
      }),
      rules,
      useDefaultGateways: described('Attach to default Gateways as well.', text({ enum: ['All', 'None'] })),
    },
    { description: 'What the route is asked to do.', required: ['rules'] },
  );

const parentStatus = object(
  {
    conditions: conditions({ minItems: 1 }),
    controllerName: described('The controller that wrote this.', controllerName),
    parentRef: parentReference,
  },
  { description: 'State of the route at one parent.', required: ['conditions', 'controllerName', 'parentRef'] },
);

const status = object(
  { parents: atomicList(parentStatus, { description: 'State at each parent.', maxItems: 32 }) },
  { description: 'What the controllers say.', required: ['parents'] },
);

const route = (rules: Schema) =>
  object(
    { spec: spec(rules), status },
    { description: 'Sends the TCP connections of a Gateway to backends, by weight.', required: ['spec'] },
  );

export const tcpRoute = route(
  atomicList(rule, { description: 'The one rule of the route.', minItems: 1, maxItems: 1 }),
);

/** The version before the first stable one: it declares more rules than any controller takes. */
export const tcpRouteAlpha = route(
  atomicList(rule, {
    description: 'The rules of the route.',
    minItems: 1,
    maxItems: 16,
    'x-kubernetes-validations': [
      {
        message: 'Rule name must be unique within the route',
        rule: 'self.all(a, !has(a.name) || self.exists_one(b, has(b.name) && a.name == b.name))',
      },
    ],
  }),
);
