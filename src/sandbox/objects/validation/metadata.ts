import type { KubeObject, ObjectMeta } from '../../../core/objects.ts';
import type { Kind } from '../kinds.ts';
import { invalid, required, type FieldError } from './field-error.ts';
import { labelErrors, labelKeyProblems, labelProblems, subdomainProblems } from './names.ts';

const namedByLabel = new Set(['Namespace', 'Service']);

const isCore = ({ group }: Kind) => group === '';

function nameErrors({ metadata: { name } }: KubeObject, kind: Kind): FieldError[] {
  if (!name) return [required('metadata.name', 'name or generateName is required')];
  // Events of the core group are as old as names without rules.
  if (isCore(kind) && kind.kind === 'Event') return [];
  const problems = isCore(kind) && namedByLabel.has(kind.kind) ? labelProblems(name) : subdomainProblems(name);
  return problems.map((problem) => invalid('metadata.name', name, problem));
}

const immutable = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const;

function annotationErrors({ annotations = {} }: ObjectMeta): FieldError[] {
  // The rule is that of label keys, except that upper case does not matter.
  const problems = (key: string) => labelKeyProblems(key.toLowerCase());
  return Object.keys(annotations).flatMap((key) =>
    problems(key).map((why) => invalid('metadata.annotations', key, why)),
  );
}

function ownerErrors({ ownerReferences = [] }: ObjectMeta): FieldError[] {
  const field = 'metadata.ownerReferences';
  const required = ['kind', 'name', 'uid'] as const;
  return ownerReferences.flatMap((owner) => [
    ...(owner.apiVersion ? [] : [invalid(`${field}.apiVersion`, '', 'version must not be empty')]),
    ...required.filter((name) => !owner[name]).map((name) => invalid(`${field}.${name}`, '', 'must not be empty')),
  ]);
}

const standardFinalizers = ['foregroundDeletion', 'kubernetes', 'orphan'];

function finalizerErrors({ finalizers = [] }: ObjectMeta, kind: Kind): FieldError[] {
  const unqualified = 'name is neither a standard finalizer name nor is it fully qualified';
  return finalizers.flatMap((finalizer, index) => {
    const isStandard = standardFinalizers.includes(finalizer) || finalizer.includes('/');
    return [
      ...labelKeyProblems(finalizer).map((problem) => invalid('metadata.finalizers', finalizer, problem)),
      ...(isStandard || !isCore(kind) ? [] : [invalid(`metadata.finalizers[${index}]`, finalizer, unqualified)]),
    ];
  });
}

/** What is wrong with an object's metadata; `before` is the object that a write replaces. */
export function metadataErrors(object: KubeObject, kind: Kind, before?: KubeObject): FieldError[] {
  const { metadata } = object;
  const changed = immutable.filter((field) => before && metadata[field] !== before.metadata[field]);
  return [
    ...(before ? [] : nameErrors(object, kind)),
    ...changed.map((field) => invalid(`metadata.${field}`, metadata[field], 'field is immutable')),
    ...labelErrors(metadata.labels, 'metadata.labels'),
    ...annotationErrors(metadata),
    ...ownerErrors(metadata),
    ...finalizerErrors(metadata, kind),
  ];
}
