import { isIpv4 } from '../../../schema/findings.ts';
import { duplicate, forbidden, invalid, required, tooMany, type FieldError } from './field-error.ts';
import { labelErrors, labelProblems, portNameProblems, portProblems, subdomainProblems } from './names.ts';

type Fields = Record<string, any>;

/** What is wrong with an address that connections are to be sent to. */
function endpointAddressErrors(address: string, field: string): FieldError[] {
  const is = (pattern: RegExp, problem: string) => (pattern.test(address) ? [invalid(field, address, problem)] : []);
  return [
    ...is(/^(0\.0\.0\.0|::)$/, `may not be unspecified (${address})`),
    ...is(/^(127\.|::1$)/, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'),
    ...is(/^(169\.254\.|fe[89ab].:)/i, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'),
    ...is(/^(224\.0\.0\.|ff02:)/i, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'),
  ];
}

function addressErrors(address: string, field: string, type: string): FieldError[] {
  if (type === 'FQDN') return subdomainProblems(address).map((problem) => invalid(field, address, problem));
  const isV6 = address.includes(':');
  if (!isV6 && !isIpv4(address)) {
    return [invalid(field, address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
  }
  const list = field.replace(/\[\d+\]$/, '');
  const family = isV6 === (type === 'IPv6') ? [] : [invalid(list, address, `must be an ${type} address`)];
  return [...family, ...endpointAddressErrors(address, field)];
}

const maxEndpoints = 1000;
const maxAddresses = 100;

/** Loopback, link-local and unspecified addresses are refused: no client elsewhere would get where they point. */
export function endpointSliceErrors(slice: Fields, before?: Fields): FieldError[] {
  const endpoints: Fields[] = slice.endpoints ?? [];
  if (endpoints.length > maxEndpoints) return [tooMany('endpoints', endpoints.length, maxEndpoints)];
  const ofEndpoint = ({ addresses = [] }: Fields, index: number): FieldError[] => {
    const field = `endpoints[${index}].addresses`;
    if (addresses.length === 0) return [required(field, 'must contain at least 1 address')];
    if (addresses.length > maxAddresses) return [tooMany(field, addresses.length, maxAddresses)];
    return addresses.flatMap((address: string, i: number) =>
      addressErrors(address, `${field}[${i}]`, slice.addressType),
    );
  };
  const names: string[] = (slice.ports ?? []).map(({ name = '' }: Fields) => name);
  return [
    ...endpoints.flatMap(ofEndpoint),
    ...names.flatMap((name, index) => [
      ...(name === '' ? [] : labelProblems(name).map((problem) => invalid(`ports[${index}].name`, name, problem))),
      ...(names.indexOf(name) < index ? [duplicate(`ports[${index}].name`, name)] : []),
    ]),
    ...(before && before.addressType !== slice.addressType
      ? [invalid('addressType', slice.addressType, 'field is immutable')]
      : []),
  ];
}

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
