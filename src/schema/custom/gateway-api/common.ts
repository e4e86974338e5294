import { described, integer, listBy, map, object, text, atomicList } from '../build.ts';
import type { Schema } from '../../schema.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;

export const gatewayGroup = 'gateway.networking.k8s.io';

export const group = text({ maxLength: 253, pattern: `^$|^${subdomain}$` });
export const kind = text({ minLength: 1, maxLength: 63, pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$' });
export const objectName = text({ minLength: 1, maxLength: 253 });
export const namespace = text({ minLength: 1, maxLength: 63, pattern: `^${label}$` });
export const sectionName = text({ minLength: 1, maxLength: 253, pattern: `^${subdomain}$` });
export const portNumber = integer({ format: 'int32', minimum: 1, maximum: 65_535 });
export const hostname = text({ minLength: 1, maxLength: 253, pattern: `^(\\*\\.)?${subdomain}$` });
export const controllerName = text({
  minLength: 1,
  maxLength: 253,
  pattern: `^${subdomain}\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$`,
});
export const addressType = text({
  default: 'IPAddress',
  minLength: 1,
  maxLength: 253,
  pattern: `^Hostname|IPAddress|NamedAddress|${subdomain}\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$`,
});
export const annotationValue = text({ minLength: 0, maxLength: 4096 });
export const labelValue = text({
  minLength: 0,
  maxLength: 63,
  pattern: '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$',
});

/** A condition as metav1.Condition has it. */
const condition = object(
  {
    lastTransitionTime: described('When the status last changed.', text({ format: 'date-time' })),
    message: described('What happened, for people.', text({ maxLength: 32_768 })),
    observedGeneration: described(
      'The metadata.generation that the condition was set for.',
      integer({ format: 'int64', minimum: 0 }),
    ),
    reason: described(
      'What happened, for programs.',
      text({ minLength: 1, maxLength: 1024, pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$' }),
    ),
    status: described('True, False or Unknown.', text({ enum: ['True', 'False', 'Unknown'] })),
    type: described(
      'Name of the condition.',
      text({ maxLength: 316, pattern: `^(${subdomain}/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$` }),
    ),
  },
  { required: ['lastTransitionTime', 'message', 'reason', 'status', 'type'] },
);

export const conditions = (more: Schema = {}): Schema =>
  listBy('type', condition, { description: 'What the controller found, one entry a type.', maxItems: 8, ...more });

/** The condition list of an object that no controller has seen yet. */
export const waiting = (...types: string[]) =>
  types.map((type) => ({
    lastTransitionTime: '1970-01-01T00:00:00Z',
    message: 'Waiting for controller',
    reason: 'Pending',
    status: 'Unknown',
    type,
  }));

export const labelSelector = object(
  {
    matchExpressions: atomicList(
      object(
        { key: text(), operator: text(), values: atomicList(text()) },
        { description: 'One requirement on a label.', required: ['key', 'operator'] },
      ),
    ),
    matchLabels: map(text()),
  },
  { description: 'Labels that an object must have.', 'x-kubernetes-map-type': 'atomic' },
);

/** What a Secret is referred to by. */
export const secretReference = object(
  {
    group: { ...group, default: '' },
    kind: { ...kind, default: 'Secret' },
    name: objectName,
    namespace,
  },
  { description: 'A Secret, or an object that stands for one.', required: ['name'] },
);

/** The reference of a route to what it attaches to. */
export const parentReference = object(
  {
    group: described('API group of the parent.', { ...group, default: gatewayGroup }),
    kind: described('Kind of the parent.', { ...kind, default: 'Gateway' }),
    name: described('Name of the parent.', objectName),
    namespace: described("Namespace of the parent; the route's own where absent.", namespace),
    port: described('Attach only to listeners of this port.', portNumber),
    sectionName: described('Attach only to the listener of this name.', sectionName),
  },
  { description: 'A Gateway, and what of it, that the route attaches to.', required: ['name'] },
);
