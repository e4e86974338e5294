import { invalid, required, type FieldError } from './field-error.ts';
import type { Fields } from '../fields.ts';

/** What is wrong with a CustomResourceDefinition that its schema does not say. */
export function crdErrors({ metadata, spec = {} }: Fields, before?: Fields): FieldError[] {
  const { group, names = {}, versions = [], scope } = spec;
  const name = `${names.plural}.${group}`;
  const stored = versions.filter(({ storage }: Fields) => storage);
  const fixed = (field: string, value: unknown, old: unknown) =>
    before && value !== old ? [invalid(field, value, 'field is immutable')] : [];
  return [
    ...(metadata.name === name
      ? []
      : [invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...(stored.length === 1
      ? []
      : [invalid('spec.versions', versions, 'must have exactly one version marked as storage version')]),
    ...versions.flatMap(({ schema }: Fields, index: number) =>
      schema?.openAPIV3Schema
        ? []
        : [required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required')],
    ),
    ...fixed('spec.group', group, before?.spec.group),
    ...fixed('spec.scope', scope, before?.spec.scope),
    ...fixed('spec.names.kind', names.kind, before?.spec.names.kind),
    ...fixed('spec.names.plural', names.plural, before?.spec.names.plural),
  ];
}
