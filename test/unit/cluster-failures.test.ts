import { expect, test } from 'vitest';
import { isReset, lateAnswer, mayHaveReached, requestFailure } from '../../src/cluster/http/connection-errors.ts';

const place = { server: 'https://api.test:6443', context: 'prod' };

function failure(code: string | undefined, message = 'oops'): unknown {
  return requestFailure(Object.assign(new Error(message), code === undefined ? {} : { code }), place);
}

test.each([
  ['ECONNREFUSED', 'connect ECONNREFUSED', 'cannot be reached: nothing listens there'],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND', 'cannot be reached: its host name has no address'],
  ['EAI_AGAIN', 'getaddrinfo', 'cannot be reached: its host name cannot be looked up now'],
  ['ECONNRESET', 'socket hang up', 'cannot be reached: it broke the connection off'],
  ['HPE_INVALID_CONSTANT', 'Parse Error', 'cannot be reached: it does not speak HTTP; is it an https:// server?'],
  [undefined, 'something\n new.', 'cannot be reached: something new'],
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'cannot be trusted: its certificate has expired'],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'unable to verify',
    'cannot be trusted: its certificate comes from an authority that the kubeconfig does not trust',
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    "Hostname/IP does not match certificate's altnames: Host: a. is not in the cert's altnames: DNS:b",
    'cannot be trusted: its certificate is made out for other names: DNS:b',
  ],
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    '80:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../x.c:1:SSL alert number 116',
    'cannot be trusted: TLS failed: tlsv13 alert certificate required',
  ],
  ['ERR_OSSL_PEM_NO_START_LINE', 'no start line', 'cannot be trusted: TLS failed: no start line'],
])('%s names server, context and reason', (code, message, found) => {
  expect(failure(code, message)).toMatchObject({
    kind: 'cluster',
    exitCode: 5,
    message: `the API server at https://api.test:6443 (context "prod") ${found}`,
  });
});

test('in a pod there is no context to name', () => {
  expect(requestFailure(lateAnswer(1500), { ...place, context: undefined })).toMatchObject({
    message: 'the API server at https://api.test:6443 cannot be reached: no answer within 1.5s',
  });
});

test('only a connection that was there may have carried a write', () => {
  const codes = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED', 'ENOTFOUND', 'CERT_HAS_EXPIRED'];
  expect(codes.filter((code) => isReset(failure(code)))).toEqual(['ECONNRESET', 'EPIPE']);
  expect(codes.filter((code) => mayHaveReached(failure(code)))).toEqual(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
  expect(mayHaveReached(requestFailure(lateAnswer(1), place))).toBe(true);
  expect(isReset(new Error('plain'))).toBe(false);
});

test('an error of the program itself is not blamed on the connection', () => {
  const bug = new TypeError('x is not a function');
  expect(requestFailure(bug, place)).toBe(bug);
  expect(requestFailure(failure('EPIPE'), place)).toMatchObject({ cause: { code: 'EPIPE' } });
  expect(requestFailure(lateAnswer(1000), place)).toMatchObject({ kind: 'cluster' });
});
