import type { KubeObject } from '../../../core/objects.ts';
import { customSchemas } from '../../../schema/custom/custom-schemas.ts';
import type { PrinterColumn } from '../columns/column.ts';

interface Version {
  name: string;
  storage?: boolean;
  deprecationWarning?: string;
}

export interface CrdDefinition {
  group: string;
  kind: string;
  plural: string;
  shortNames?: string[];
  categories: string[];
  clusterScoped?: boolean;
  columns?: PrinterColumn[];
  withoutStatus?: boolean;
  versions: Version[];
  labels?: Record<string, string>;
  annotations: Record<string, string>;
}

/** A printer column that reads a JSONPath. */
export const column = (name: string, jsonPath: string, more: Partial<PrinterColumn> = {}): PrinterColumn => ({
  name,
  jsonPath,
  type: 'string',
  ...more,
});

export const ageColumn = column('Age', '.metadata.creationTimestamp', { type: 'date' });

/** The CustomResourceDefinition object, as it would be applied. */
export function definitionObject(definition: CrdDefinition): KubeObject {
  const { group, kind, plural, shortNames, categories, columns, labels, annotations } = definition;
  const version = ({ name, storage = false, deprecationWarning }: Version) => ({
    name,
    served: true,
    storage,
    ...(deprecationWarning === undefined ? {} : { deprecated: true, deprecationWarning }),
    ...(columns ? { additionalPrinterColumns: structuredClone(columns) } : {}),
    schema: { openAPIV3Schema: structuredClone(customSchemas[`${group}/${name} ${kind}`]!) },
    subresources: definition.withoutStatus ? {} : { status: {} },
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, annotations, ...(labels ? { labels } : {}) },
    spec: {
      group,
      names: {
        categories,
        kind,
        listKind: `${kind}List`,
        plural,
        ...(shortNames ? { shortNames } : {}),
        singular: kind.toLowerCase(),
      },
      scope: definition.clusterScoped ? 'Cluster' : 'Namespaced',
      versions: definition.versions.map(version),
    },
  };
}
