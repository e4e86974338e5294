import type { KubeObject } from '../../../core/objects.ts';
import { ageColumn, column, definitionObject, type CrdDefinition } from './definition.ts';

const common = {
  group: 'gateway.networking.k8s.io',
  categories: ['gateway-api'],
  annotations: {
    'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/4530',
    'gateway.networking.k8s.io/bundle-version': 'v1.6.0',
    'gateway.networking.k8s.io/channel': 'experimental',
  },
};

const definitions: CrdDefinition[] = [
  {
    ...common,
    kind: 'GatewayClass',
    plural: 'gatewayclasses',
    shortNames: ['gc'],
    clusterScoped: true,
    columns: [
      column('Controller', '.spec.controllerName'),
      column('Accepted', '.status.conditions[?(@.type=="Accepted")].status'),
      ageColumn,
      column('Description', '.spec.description', { priority: 1 }),
    ],
    versions: [{ name: 'v1', storage: true }, { name: 'v1beta1' }],
  },
  {
    ...common,
    kind: 'Gateway',
    plural: 'gateways',
    shortNames: ['gtw'],
    columns: [
      column('Class', '.spec.gatewayClassName'),
      column('Address', '.status.addresses[*].value'),
      column('Programmed', '.status.conditions[?(@.type=="Programmed")].status'),
      ageColumn,
    ],
    versions: [{ name: 'v1', storage: true }, { name: 'v1beta1' }],
  },
  {
    ...common,
    kind: 'TCPRoute',
    plural: 'tcproutes',
    columns: [ageColumn],
    versions: [
      { name: 'v1', storage: true },
      {
        name: 'v1alpha2',
        deprecationWarning:
          'The v1alpha2 version of TCPRoute has been deprecated and will be removed in a future release of the API. Please upgrade to v1.',
      },
    ],
  },
  {
    ...common,
    kind: 'ReferenceGrant',
    plural: 'referencegrants',
    shortNames: ['refgrant'],
    columns: [ageColumn],
    withoutStatus: true,
    versions: [{ name: 'v1' }, { name: 'v1beta1', storage: true }],
  },
];

/** The kinds of the Gateway API that TCP needs, as the experimental channel of bundle 1.6.0 declares them. */
export function gatewayApiCrds(): KubeObject[] {
  return definitions.map(definitionObject);
}
