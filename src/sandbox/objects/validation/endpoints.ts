import { isDeepStrictEqual } from 'node:util';
import { isIpv4 } from '../../../schema/findings.ts';
import { duplicate, invalid, required, tooMany, type FieldError } from './field-error.ts';
import { labelProblems, portProblems, subdomainProblems } from './names.ts';
import type { Fields } from '../fields.ts';

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

/** The addresses of an Endpoints are checked twice by the real server, as two ages of it did. */
function legacyAddressErrors({ ip = '' }: Fields, field: string): FieldError[] {
  const isAddress = isIpv4(ip) || ip.includes(':');
  if (isAddress) return endpointAddressErrors(ip, `${field}.ip`);
  const problem = 'must be a valid IP address';
  return [`${problem}, (e.g. 10.9.8.7 or 2001:db8::ffff)`, problem].map((why) => invalid(`${field}.ip`, ip, why));
}

function legacyPortErrors(ports: readonly Fields[], field: string): FieldError[] {
  return ports.flatMap(({ name = '', port }, index) => {
    const at = `${field}[${index}]`;
    return [
      ...(name === '' && ports.length > 1 ? [required(`${at}.name`)] : []),
      ...(name === '' ? [] : labelProblems(name).map((problem) => invalid(`${at}.name`, name, problem))),
      ...portProblems(port).map((problem) => invalid(`${at}.port`, port, problem)),
    ];
  });
}

/** What is wrong with an Endpoints that the schema does not say. */
export function endpointsErrors({ subsets = [] }: Fields, before?: Fields): FieldError[] {
  if (before && isDeepStrictEqual(before['subsets'], subsets)) return [];
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }: Fields, index: number) => {
    const at = `subsets[${index}]`;
    const isEmpty = addresses.length + notReadyAddresses.length === 0;
    const inList = (list: Fields[], name: string) =>
      list.flatMap((address, i) => legacyAddressErrors(address, `${at}.${name}[${i}]`));
    return [
      ...(isEmpty ? [required(at, 'must specify `addresses` or `notReadyAddresses`')] : []),
      ...inList(addresses, 'addresses'),
      ...inList(notReadyAddresses, 'notReadyAddresses'),
      ...legacyPortErrors(ports, `${at}.ports`),
    ];
  });
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
  // What was accepted once stays so, whatever else changes.
  const isOld = before !== undefined && isDeepStrictEqual(before['endpoints'], slice['endpoints']);
  const names: string[] = (slice.ports ?? []).map(({ name = '' }: Fields) => name);
  return [
    ...(isOld ? [] : endpoints.flatMap(ofEndpoint)),
    ...names.flatMap((name, index) => [
      ...(name === '' ? [] : labelProblems(name).map((problem) => invalid(`ports[${index}].name`, name, problem))),
      ...(names.indexOf(name) < index ? [duplicate(`ports[${index}].name`, name)] : []),
    ]),
    ...(before && before.addressType !== slice.addressType
      ? [invalid('addressType', slice.addressType, 'field is immutable')]
      : []),
  ];
}
