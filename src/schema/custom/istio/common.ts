import { described, integer, list, map, object, open, text } from '../build.ts';
import type { Schema } from '../../schema.ts';

/** An unsigned 32-bit integer, as protocol buffers have it. */
export const uint32 = integer({ minimum: 0, maximum: 4_294_967_295 });
export const int32 = integer({ format: 'int32' });
export const duration = text({
  'x-kubernetes-validations': [
    { message: 'must be a valid duration greater than 1ms', rule: "duration(self) >= duration('1ms')" },
  ],
});
export const strings = (description: string): Schema => list(text(), { description });
export const labels = (description: string): Schema => map(text(), { description });
export const exportTo = strings('Namespaces that the object is exported to; `.` for its own, `*` for all.');

const intOrString: Schema = {
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  'x-kubernetes-int-or-string': true,
};

/** The status that every kind of Istio may carry. */
export const status = open({
  conditions: list(
    object({
      lastProbeTime: text({ format: 'date-time' }),
      lastTransitionTime: text({ format: 'date-time' }),
      message: text(),
      observedGeneration: intOrString,
      reason: text(),
      status: text(),
      type: text(),
    }),
  ),
  observedGeneration: intOrString,
  validationMessages: list(
    object({
      documentationUrl: text(),
      level: text({ enum: ['UNKNOWN', 'ERROR', 'WARNING', 'INFO'] }),
      type: object({ code: text(), name: text() }),
    }),
  ),
});

const destination = object(
  {
    host: described('Service that connections go to.', text()),
    port: object({ number: uint32 }, { description: 'Port of the service.' }),
    subset: described('Subset of a DestinationRule.', text()),
  },
  { description: 'A service, and what of it.', required: ['host'] },
);

/** The destinations of a TCP or TLS route and their weights. */
export const weightedDestinations = list(
  object(
    {
      destination,
      weight: described(
        'Share of the connections, relative to the other destinations; 0 where absent beside others.',
        int32,
      ),
    },
    { description: 'A destination and its weight.', required: ['destination'] },
  ),
  { description: 'Destinations that the connections are shared among.' },
);
