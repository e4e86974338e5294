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
        rule: "(size(self.group) == 0 && self.kind == 'Service') ? has(self.port) : true",
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

const spec = object(
  {
    parentRefs: atomicList(parentReference, { description: 'What the route attaches to.', maxItems: 32 }),
    rules: atomicList(rule, { description: 'The one rule of the route.', minItems: 1, maxItems: 1 }),
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

export const tcpRoute = object(
  { spec, status },
  { description: 'Sends the TCP connections of a Gateway to backends, by weight.', required: ['spec'] },
);
