import type { KubeObject } from '../../../core/objects.ts';
import { ageColumn, column, definitionObject, type CrdDefinition } from './definition.ts';

const common = {
  group: 'networking.istio.io',
  categories: ['istio-io', 'networking-istio-io'],
  labels: { app: 'istio-pilot', chart: 'istio', heritage: 'Tiller', release: 'istio' },
  annotations: { 'helm.sh/resource-policy': 'keep' },
  versions: [{ name: 'v1', storage: true }, { name: 'v1alpha3' }, { name: 'v1beta1' }],
};

const definitions: CrdDefinition[] = [
  {
    ...common,
    kind: 'VirtualService',
    plural: 'virtualservices',
    shortNames: ['vs'],
    columns: [
      column('Gateways', '.spec.gateways', {
        description: 'The names of gateways and sidecars that should apply these routes',
      }),
      column('Hosts', '.spec.hosts', { description: 'The destination hosts to which traffic is being sent' }),
      ageColumn,
    ],
  },
  {
    ...common,
    kind: 'DestinationRule',
    plural: 'destinationrules',
    shortNames: ['dr'],
    columns: [
      column('Host', '.spec.host', { description: 'The name of a service from the service registry' }),
      ageColumn,
    ],
  },
  { ...common, kind: 'Gateway', plural: 'gateways', shortNames: ['gw'] },
];

/** The kinds of Istio's routing API that TCP needs. */
export function istioCrds(): KubeObject[] {
  return definitions.map(definitionObject);
}
