import { described, listBy, object, text } from '../build.ts';
import { conditions, controllerName, group, kind, namespace, objectName, waiting } from './common.ts';

export const gatewayClass = object(
  {
    spec: object(
      {
        controllerName: {
          ...controllerName,
          description: 'The controller that serves Gateways of this class.',
          'x-kubernetes-validations': [{ message: 'Value is immutable', rule: 'self == oldSelf' }],
        },
        description: described('What the class is for.', text({ maxLength: 64 })),
        parametersRef: object(
          { group, kind, name: objectName, namespace },
          { description: 'An object with parameters for the controller.', required: ['group', 'kind', 'name'] },
        ),
      },
      { description: 'What the class stands for.', required: ['controllerName'] },
    ),
    status: object(
      {
        conditions: conditions({ default: waiting('Accepted') }),
        supportedFeatures: listBy('name', object({ name: text() }, { required: ['name'] }), {
          description: 'Features of the Gateway API that the controller has.',
          maxItems: 64,
        }),
      },
      { description: 'What the controller says.', default: { conditions: waiting('Accepted') } },
    ),
  },
  { description: 'A class of Gateways, all served by one controller.', required: ['spec'] },
);
