import { atomicList, object } from '../build.ts';
import { group, kind, namespace, objectName } from './common.ts';

const from = object(
  { group, kind, namespace },
  { description: 'Objects that may refer.', required: ['group', 'kind', 'namespace'] },
);
const to = object(
  { group, kind, name: objectName },
  { description: 'Objects that may be referred to; all of the kind without a name.', required: ['group', 'kind'] },
);

export const referenceGrant = object(
  {
    spec: object(
      {
        from: atomicList(from, {
          description: 'Who may refer to objects of this namespace.',
          minItems: 1,
          maxItems: 16,
        }),
        to: atomicList(to, { description: 'What may be referred to.', minItems: 1, maxItems: 16 }),
      },
      { required: ['from', 'to'] },
    ),
  },
  { description: 'Lets objects of other namespaces refer to objects of this one.', required: ['spec'] },
);
