import type { KubeObject } from '../../core/objects.ts';
import { isBuiltin, type Kind } from '../objects/kinds.ts';
import { type ApiError, badRequest } from '../store/api-error.ts';
import { placeOf } from '../store/catalog.ts';

export type FieldSelector = (object: KubeObject) => boolean;

/** The fields beside name and namespace by which a kind's objects can be selected. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  '/events': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  '/namespaces': ['status.phase'],
  '/nodes': ['spec.unschedulable'],
  '/pods': [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  '/secrets': ['type'],
  '/services': ['spec.clusterIP', 'spec.type'],
};

/** The test that a `fieldSelector` query stands for; ApiError 400 for a field by which this kind cannot be selected. */
export function fieldSelector(text: string, kind: Kind): FieldSelector {
  const tests = text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => requirement(part, text, kind));
  return (object) => tests.every((test) => test(object));
}

/** Built-in kinds without fields of their own share one check, which words its refusal otherwise than all the rest. */
function unknownField(field: string, kind: Kind): ApiError {
  const isOwn = selectable[placeOf(kind)] !== undefined || !isBuiltin(kind);
  if (isOwn) return badRequest(`field label not supported: ${field}`);
  const only = '"metadata.name", "metadata.namespace"';
  return badRequest(`${JSON.stringify(field)} is not a known field selector: only ${only}`);
}

function requirement(part: string, text: string, kind: Kind): FieldSelector {
  const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(part);
  if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
  const [, field, operator, value] = match as unknown as [string, string, string, string];
  const known = [
    'metadata.name',
    ...(kind.namespaced ? ['metadata.namespace'] : []),
    ...(selectable[placeOf(kind)] ?? []),
  ];
  if (!known.includes(field)) throw unknownField(field, kind);
  return (object) => (fieldOf(object, field) === value) === (operator !== '!=');
}

function fieldOf(object: KubeObject, field: string): string {
  // Events have two ages of format: the source's component is selected by the name `source` alone.
  const path = field === 'source' ? 'source.component' : field;
  const value = path.split('.').reduce<any>((inner, name) => inner?.[name], object);
  return value === undefined || value === null ? '' : String(value);
}
