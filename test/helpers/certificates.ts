import { generate } from 'selfsigned';

export interface CertificateOptions {
  host?: string;
  notAfterDate?: Date;
}

/** A certificate that signs itself, for 127.0.0.1 or a host name, and one for a client that it signed. */
export async function certificates({ host, notAfterDate }: CertificateOptions = {}) {
  const altName = host === undefined ? ({ type: 7, ip: '127.0.0.1' } as const) : ({ type: 2, value: host } as const);
  const pems = await generate([{ name: 'commonName', value: 'test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date('2020-01-01'),
    notAfterDate: notAfterDate ?? new Date(Date.now() + 3_600_000),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [altName] },
    ],
    clientCertificate: { cn: 'ann', keyType: 'ec', algorithm: 'sha256' },
  });
  return {
    server: { key: pems.private, cert: pems.cert },
    client: { key: pems.clientprivate!, cert: pems.clientcert! },
  };
}

/** As a kubeconfig holds it. */
export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
