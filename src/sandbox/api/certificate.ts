import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { bits, boolean, identifier, integer, octets, positioned, sequence, set, text, utcTime } from './der.ts';

export interface Certificate {
  /** PEM. */
  key: string;
  /** PEM; its own authority. */
  cert: string;
}

const validForMs = 30 * 24 * 60 * 60_000;
// Clocks of other processes may lag a little.
const toleranceMs = 60_000;

const ecdsaWithSha256 = sequence(identifier('1.2.840.10045.4.3.2'));
const name = sequence(set(sequence(identifier('2.5.4.3'), text('tcpshift-sandbox'))));

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(identifier(id), ...(critical ? [boolean(true)] : []), octets(value));
}

const isAuthority = extension('2.5.29.19', sequence(boolean(true)), true);
// Bits 0 and 5: it signs handshakes, and certificates.
const signsBoth = extension('2.5.29.15', bits(Buffer.from([0b1000_0100]), 2), true);
const servesTls = extension('2.5.29.37', sequence(identifier('1.3.6.1.5.5.7.3.1')));
const isLoopback = extension(
  '2.5.29.17',
  sequence(positioned(2, Buffer.from('localhost')), positioned(7, Buffer.from([127, 0, 0, 1]))),
);
const extensions = positioned(3, sequence(isAuthority, signsBoth, servesTls, isLoopback), true);

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/**
 * A new elliptic-curve key, and a certificate for this machine's loopback that signs itself. Written out here because the libraries
 * that make certificates take longer to load than the rest of the sandbox to start. Layout: RFC 5280, section 4.1.
 */
export function createCertificate(now: number): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = sequence(
    positioned(0, integer(Buffer.from([2])), true),
    // A leading one keeps the number positive and as short as it can be written.
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(utcTime(now - toleranceMs), utcTime(now + validForMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  );
  const signature = sign('sha256', body, privateKey);
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem('CERTIFICATE', sequence(body, ecdsaWithSha256, bits(signature))),
  };
}
