import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../../core/objects.ts';
import { equal } from '../compare.ts';
import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from './field-error.ts';
import { labelErrors, labelProblems, portNameProblems, portProblems } from './names.ts';
import type { Fields } from '../fields.ts';

function containerPortErrors(ports: readonly Fields[], field: string): FieldError[] {
  return ports.flatMap(({ name, containerPort, hostPort }, index) => {
    const at = `${field}[${index}]`;
    const isRepeated = name && ports.findIndex((other) => other.name === name) < index;
    return [
      ...(name ? portNameProblems(name).map((problem) => invalid(`${at}.name`, name, problem)) : []),
      ...(isRepeated ? [duplicate(`${at}.name`, name)] : []),
      ...(containerPort
        ? portProblems(containerPort).map((problem) => invalid(`${at}.containerPort`, containerPort, problem))
        : [required(`${at}.containerPort`)]),
      ...(hostPort ? portProblems(hostPort).map((problem) => invalid(`${at}.hostPort`, hostPort, problem)) : []),
    ];
  });
}

function containerErrors(containers: readonly Fields[], field: string): FieldError[] {
  return containers.flatMap(({ name, image, ports = [], volumeMounts = [] }, index) => {
    const at = `${field}[${index}]`;
    const isRepeated = name && containers.findIndex((other) => other.name === name) < index;
    return [
      ...(name ? labelProblems(name).map((problem) => invalid(`${at}.name`, name, problem)) : [required(`${at}.name`)]),
      ...(isRepeated ? [duplicate(`${at}.name`, name)] : []),
      ...(image ? [] : [required(`${at}.image`)]),
      ...containerPortErrors(ports, `${at}.ports`),
      ...volumeMounts.flatMap(({ mountPath }: Fields, i: number) =>
        mountPath ? [] : [required(`${at}.volumeMounts[${i}].mountPath`)],
      ),
    ];
  });
}

function mountErrors({ containers = [], volumes = [] }: Fields, field: string): FieldError[] {
  const known = new Set(volumes.map(({ name }: Fields) => name));
  return containers.flatMap(({ volumeMounts = [] }: Fields, index: number) =>
    volumeMounts.flatMap(({ name }: Fields, i: number) => {
      const at = `${field}.containers[${index}].volumeMounts[${i}].name`;
      return known.has(name) ? [] : [{ reason: 'FieldValueNotFound', field: at, message: `Not found: "${name}"` }];
    }),
  );
}

function podSpecErrors(spec: Fields, field: string): FieldError[] {
  const containers: Fields[] = spec.containers ?? [];
  return [
    ...(containers.length === 0 ? [required(`${field}.containers`)] : []),
    ...containerErrors(containers, `${field}.containers`),
    ...mountErrors(spec, field),
  ];
}

const changeable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

/** The spec without what may change; a node is given once. */
function fixedSpec(
  { activeDeadlineSeconds: _a, tolerations: _t, schedulingGates: _g, ...spec }: Fields,
  placed: boolean,
) {
  const { nodeName: _n, ...unplaced } = spec;
  const imageless = (list: Fields[] | undefined) => list?.map(({ image: _i, ...rest }) => rest);
  const { containers, initContainers } = spec;
  return {
    ...(placed ? spec : unplaced),
    containers: imageless(containers),
    initContainers: imageless(initContainers),
  };
}

/** What is wrong with a pod that the schema does not say; of its spec almost nothing may change later. */
export function podErrors(pod: Fields, before?: Fields): FieldError[] {
  const errors = podSpecErrors(pod.spec ?? {}, 'spec');
  if (!before) return errors;
  const placed = Boolean(before['spec'].nodeName);
  if (isDeepStrictEqual(fixedSpec(pod['spec'], placed), fixedSpec(before['spec'], placed))) return errors;
  return [...errors, forbidden('spec', `pod updates may not change fields other than ${changeable.join(',')}`)];
}

interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}

function meets(labels: Record<string, string>, { key, operator, values = [] }: Requirement): boolean {
  const value = labels[key];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const isListed = value !== undefined && values.includes(value);
  return operator === 'In' ? isListed : !isListed;
}

/** True where the labels are those that a label selector asks for. */
function selects(selector: Fields, labels: Record<string, string>): boolean {
  const equalities = Object.entries((selector.matchLabels ?? {}) as Record<string, string>);
  const requirements: Requirement[] = selector.matchExpressions ?? [];
  return equalities.every(([key, value]) => labels[key] === value) && requirements.every((each) => meets(labels, each));
}

function selectorErrors(selector: Fields | undefined, template: Fields): FieldError[] {
  const field = 'spec.selector';
  const labels = template.metadata?.labels;
  const mismatch = invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
  // No selector is taken for one that matches nothing.
  if (!selector) return [required(field), mismatch];
  const isEmpty = Object.keys(selector.matchLabels ?? {}).length === 0 && !selector.matchExpressions?.length;
  if (isEmpty) return [invalid(field, selector, 'empty selector is invalid for deployment')];
  return [
    ...labelErrors(selector.matchLabels, `${field}.matchLabels`),
    ...(selects(selector, labels ?? {}) ? [] : [mismatch]),
  ];
}

const counts = ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'];

/** What is wrong with a Deployment or ReplicaSet that the schema does not say. */
export function workloadErrors({ spec = {} }: Fields, before?: Fields): FieldError[] {
  const { selector, template = {}, strategy = {} } = spec;
  const policy = template.spec?.restartPolicy;
  const old: Json | undefined = before?.spec?.selector;
  return [
    ...counts
      .filter((name) => spec[name] < 0)
      .map((name) => invalid(`spec.${name}`, spec[name], 'must be greater than or equal to 0')),
    ...selectorErrors(selector, template),
    ...podSpecErrors(template.spec ?? {}, 'spec.template.spec'),
    ...(policy && policy !== 'Always' ? [notSupported('spec.template.spec.restartPolicy', policy, ['Always'])] : []),
    ...(strategy.type === 'Recreate' && strategy.rollingUpdate
      ? [forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")]
      : []),
    ...(old !== undefined && !equal(old, selector) ? [invalid('spec.selector', selector, 'field is immutable')] : []),
  ];
}
