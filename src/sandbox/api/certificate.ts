import { generate } from 'selfsigned';

export interface Certificate {
  /** PEM. */
  key: string;
  /** PEM; its own authority. */
  cert: string;
}

const validForMs = 30 * 24 * 60 * 60_000;

/** A new elliptic-curve key, and a certificate for this machine's loopback that signs itself. */
export async function createCertificate(now: number): Promise<Certificate> {
  const pems = await generate([{ name: 'commonName', value: 'tcpshift-sandbox' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // Clocks of other processes may lag a little.
    notBeforeDate: new Date(now - 60_000),
    notAfterDate: new Date(now + validForMs),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key: pems.private, cert: pems.cert };
}
