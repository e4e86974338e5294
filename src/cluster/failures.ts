import { ShiftError } from '../errors.ts';

/** The server that a message is about. */
export interface Place {
  server: string;
  context: string | undefined;
}

const tlsCauses: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; is the clock of this machine right?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed and not the one that the kubeconfig trusts',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that the kubeconfig does not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that the kubeconfig does not trust',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that the kubeconfig does not trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that the kubeconfig does not trust',
  CERT_SIGNATURE_FAILURE: 'its certificate is not signed by the authority that the kubeconfig trusts',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is made out for other names',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS; is it an http:// server?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS; is it an http:// server?',
  EPROTO: 'TLS failed',
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
  HPE_INVALID_CONSTANT: 'it does not speak HTTP; is it an https:// server?',
};

/** Code of the error that stands for a request without an answer in time. */
const lateCode = 'ETIMEDOUT';

/** What a request ends with when the server took longer than `ms` milliseconds. */
export function lateAnswer(ms: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`no answer within ${ms / 1000} s`), { code: lateCode });
}

/** Turns a socket's or TLS's error into one that names server, context and reason. */
export function connectionFailure(error: NodeJS.ErrnoException, place: Place): ShiftError {
  const code = error.code ?? '';
  const where = `${place.server}${place.context === undefined ? '' : ` (context "${place.context}")`}`;
  const tls = tlsCauses[code] ?? (/^ERR_(SSL|TLS|OSSL)_/.test(code) ? 'TLS failed' : undefined);
  if (tls !== undefined) {
    const detail = tls === 'TLS failed' || code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? `: ${oneLine(error.message)}` : '';
    return new ShiftError('cluster', `The API server at ${where} cannot be trusted: ${tls}${detail}.`, {
      hint: 'Check certificate-authority, client-certificate and tls-server-name in the kubeconfig.',
      cause: error,
    });
  }
  const cause = error.message.startsWith('no answer within') ? error.message : networkCauses[code];
  return new ShiftError(
    'cluster',
    `The API server at ${where} cannot be reached: ${cause ?? oneLine(error.message)}.`,
    {
      hint: 'Start the cluster, or choose another one with --context or KUBECONFIG.',
      cause: error,
    },
  );
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replace(/\.$/, '');
}

function causeCode(error: unknown): string | undefined {
  return error instanceof ShiftError ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
}

/** The connection broke while a request was under way. */
export function isReset(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE'].includes(causeCode(error) ?? '');
}

/** The request got no answer, and yet the server may have done what it asked. */
export function mayHaveReached(error: unknown): boolean {
  return isReset(error) || causeCode(error) === lateCode;
}
