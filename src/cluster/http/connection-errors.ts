import { ShiftError } from '../../errors.ts';
import { formatDuration } from '../../core/duration.ts';
import { oneLine } from '../../core/text.ts';

/** The server that a message is about. */
export interface NamedServer {
  server: string;
  context: string | undefined;
}

const untrusted = 'its certificate comes from an authority that the kubeconfig does not trust';

/** What is wrong with the server's certificate, by the code of OpenSSL's verification. */
const certificateCauses: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; is the clock of this machine right?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed and not the one that the kubeconfig trusts',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_SIGNATURE_FAILURE: 'its certificate is not signed by the authority that the kubeconfig trusts',
};

const networkCauses: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its host name has no address',
  EAI_AGAIN: 'its host name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it did not answer in time',
  ECONNRESET: 'it broke the connection off',
  EPIPE: 'it broke the connection off',
};

/** What a request ends with when the server took longer than `ms` milliseconds. */
export function lateAnswer(ms: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`no answer within ${formatDuration(ms)}`), { code: 'ELATE' });
}

/** Whether a request was ended because the server took too long. */
export function isLate(error: Error): boolean {
  return codeOf(error) === 'ELATE';
}

/** A proxy that does not lead to the server. */
export class ProxyFailure extends Error {
  /** Without a user's name and password. */
  readonly proxy: string;
  /** Of a connection that broke; nothing was sent to the server yet where the proxy failed in any other way. */
  readonly code: string | undefined;

  constructor({ protocol, host }: URL, cause: NodeJS.ErrnoException) {
    super(`the proxy ${protocol}//${host} failed: ${cause.message}`, { cause });
    this.proxy = `${protocol}//${host}`;
    this.code = brokenOff.includes(cause.code ?? '') ? cause.code : undefined;
  }
}

const brokenOff = ['ECONNRESET', 'EPIPE'];

/** What a request failed with, as it is to be thrown: an error of this program stays what it is, one of the connection is put in words. */
export function requestFailure(error: unknown, place: NamedServer): unknown {
  const own = error instanceof ShiftError || error instanceof TypeError;
  return own ? error : connectionFailure(error as NodeJS.ErrnoException, place);
}

/** Turns a socket's or TLS's error into one that names server, context and reason. */
function connectionFailure(error: NodeJS.ErrnoException, place: NamedServer): ShiftError {
  const where = `${place.server}${place.context === undefined ? '' : ` (context "${place.context}")`}`;
  if (error instanceof ProxyFailure) return proxyFailure(error, where);
  const mistrust = tlsCause(error);
  if (mistrust !== undefined) {
    return new ShiftError('cluster', `the API server at ${where} cannot be trusted: ${mistrust}`, {
      hint: 'check certificate-authority, client-certificate and tls-server-name in the kubeconfig',
      cause: error,
    });
  }
  return new ShiftError('cluster', `the API server at ${where} cannot be reached: ${networkCause(error)}`, {
    hint: 'start the cluster, or choose another one with --context or KUBECONFIG',
    cause: error,
  });
}

function proxyFailure(error: ProxyFailure, where: string): ShiftError {
  const cause = error.cause as NodeJS.ErrnoException;
  const found = tlsCause(cause) ?? networkCause(cause);
  return new ShiftError(
    'cluster',
    `the API server at ${where} cannot be reached through the proxy ${error.proxy}: ${found}`,
    {
      hint: 'check proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY in the environment',
      cause: error,
    },
  );
}

function tlsCause({ code = '', message }: NodeJS.ErrnoException): string | undefined {
  const known = certificateCauses[code];
  if (known !== undefined) return known;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `its certificate is made out for other names: ${oneLine(message).replace(/^.*altnames: /, '')}`;
  }
  if (!/^(EPROTO$|ERR_(SSL|TLS|OSSL)_)/.test(code)) return undefined;
  if (/wrong version number|packet length too long/i.test(message)) {
    return 'it does not speak TLS; is it an http:// server?';
  }
  // OpenSSL writes `…:SSL routines:<function>:<reason>:<file>:<line>:`.
  return `TLS failed: ${/ routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? oneLine(message)}`;
}

function networkCause({ code = '', message }: NodeJS.ErrnoException): string {
  if (code.startsWith('HPE_')) return 'it does not speak HTTP; is it an https:// server?';
  return networkCauses[code] ?? oneLine(message);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? '';
}

function causeCode(error: unknown): string {
  return error instanceof ShiftError ? codeOf(error.cause) : '';
}

/** The connection broke while a request was under way. */
export function isReset(error: unknown): boolean {
  return brokenOff.includes(causeCode(error));
}

/** The request got no answer, and yet the server may have done what it asked. */
export function mayHaveReached(error: unknown): boolean {
  return isReset(error) || ['ELATE', 'ETIMEDOUT'].includes(causeCode(error));
}
