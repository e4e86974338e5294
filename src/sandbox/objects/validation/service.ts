import { duplicate, forbidden, invalid, required, type FieldError } from './field-error.ts';
import { labelErrors, labelProblems, portNameProblems, portProblems } from './names.ts';
import type { Fields } from '../fields.ts';

function targetPortProblems(target: number | string): string[] {
  return typeof target === 'number' ? portProblems(target) : portNameProblems(target);
}

function servicePortErrors(ports: readonly Fields[], type: string): FieldError[] {
  return ports.flatMap(({ name = '', port = 0, targetPort = port, nodePort }, index) => {
    const field = `spec.ports[${index}]`;
    const isRepeated = name !== '' && ports.findIndex((other) => other.name === name) < index;
    return [
      ...(name === '' && ports.length > 1 ? [required(`${field}.name`)] : []),
      ...(name === '' ? [] : labelProblems(name).map((problem) => invalid(`${field}.name`, name, problem))),
      ...(isRepeated ? [duplicate(`${field}.name`, name)] : []),
      ...portProblems(port).map((problem) => invalid(`${field}.port`, port, problem)),
      ...targetPortProblems(targetPort).map((problem) => invalid(`${field}.targetPort`, targetPort, problem)),
      ...(nodePort && type === 'ClusterIP'
        ? [forbidden(`${field}.nodePort`, "may not be used when `type` is 'ClusterIP'")]
        : []),
    ];
  });
}

function repeatedPorts(ports: readonly Fields[]): FieldError[] {
  const same = (a: Fields, b: Fields) => a.port === b.port && a.protocol === b.protocol;
  return ports.flatMap((port, index) => {
    if (ports.findIndex((other) => same(port, other)) === index) return [];
    const { protocol, port: number } = port;
    return [
      duplicate(`spec.ports[${index}]`, {
        Name: '',
        Protocol: protocol,
        AppProtocol: null,
        Port: number,
        TargetPort: 0,
        NodePort: 0,
      }),
    ];
  });
}

function clusterIpErrors({ clusterIP = '', clusterIPs = [], type }: Fields, before: Fields = {}): FieldError[] {
  if (type === 'ExternalName') return [];
  const mismatch = clusterIP !== '' && clusterIPs.length > 0 && clusterIPs[0] !== clusterIP;
  const wasGiven = before.type !== 'ExternalName' && before.clusterIPs?.[0] !== undefined;
  const isChanged = wasGiven && clusterIPs[0] !== before.clusterIPs[0];
  return [
    ...(isChanged ? [invalid('spec.clusterIPs[0]', clusterIPs, 'may not change once set')] : []),
    ...(mismatch ? [invalid('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`')] : []),
  ];
}

/** What is wrong with a Service that the schema does not say. */
export function serviceErrors({ spec = {} }: Fields, before?: Fields): FieldError[] {
  const { type, ports = [], clusterIP, externalName, selector } = spec;
  const needsPorts = type !== 'ExternalName' && clusterIP !== 'None';
  return [
    ...(needsPorts && ports.length === 0 ? [required('spec.ports')] : []),
    ...(type === 'ExternalName' && !externalName ? [required('spec.externalName')] : []),
    ...servicePortErrors(ports, type),
    ...labelErrors(selector, 'spec.selector'),
    ...clusterIpErrors(spec, before?.spec),
    ...repeatedPorts(ports),
  ];
}
