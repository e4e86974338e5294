import type { KubeObject } from '../../../core/objects.ts';
import type { Kind } from '../kinds.ts';
import { invalid, required, type FieldError } from './field-error.ts';
import { labelErrors, labelProblems, subdomainProblems } from './names.ts';

const namedByLabel = new Set(['Namespace', 'Service']);

const isCore = ({ group }: Kind) => group === '';

function nameErrors({ metadata: { name } }: KubeObject, kind: Kind): FieldError[] {
  if (!name) return [required('metadata.name', 'name or generateName is required')];
  const problems = isCore(kind) && namedByLabel.has(kind.kind) ? labelProblems(name) : subdomainProblems(name);
  return problems.map((problem) => invalid('metadata.name', name, problem));
}

const immutable = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const;

/** What is wrong with an object's metadata; `before` is the object that a write replaces. */
export function metadataErrors(object: KubeObject, kind: Kind, before?: KubeObject): FieldError[] {
  const { metadata } = object;
  const changed = immutable.filter((field) => before && metadata[field] !== before.metadata[field]);
  return [
    ...(before ? [] : nameErrors(object, kind)),
    ...changed.map((field) => invalid(`metadata.${field}`, metadata[field], 'field is immutable')),
    ...labelErrors(metadata.labels, 'metadata.labels'),
  ];
}
