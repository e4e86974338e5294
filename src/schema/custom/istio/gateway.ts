import { described, flag, list, object, text } from '../build.ts';
import type { ValidationRule } from '../../schema.ts';
import { labels, status, strings, uint32 } from './common.ts';

const tlsVersion = text({ enum: ['TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3'] });

const onlyOne = (a: string, b: string): ValidationRule => ({
  message: `only one of ${a} or ${b} can be set`,
  rule: `!has(self.${a}) || !has(self.${b})`,
});

const tls = object(
  {
    caCertCredentialName: text(),
    caCertificates: text(),
    caCrl: text(),
    cipherSuites: list(text()),
    credentialName: text(),
    credentialNames: list(text(), { minItems: 1, maxItems: 2 }),
    httpsRedirect: flag(),
    insecureSkipVerify: flag({ nullable: true }),
    maxProtocolVersion: tlsVersion,
    minProtocolVersion: tlsVersion,
    mode: text({ enum: ['PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL'] }),
    privateKey: text(),
    serverCertificate: text(),
    subjectAltNames: list(text()),
    tlsCertificates: list(object({ caCertificates: text(), privateKey: text(), serverCertificate: text() }), {
      minItems: 1,
      maxItems: 2,
    }),
    verifyCertificateHash: list(text()),
    verifyCertificateSpki: list(text()),
  },
  {
    description: 'TLS of the server.',
    'x-kubernetes-validations': [
      onlyOne('credentialNames', 'tlsCertificates'),
      onlyOne('credentialName', 'credentialNames'),
    ],
  },
);

const server = object(
  {
    bind: described('Address or socket to listen on.', text()),
    defaultEndpoint: text(),
    hosts: strings('Hosts that the server answers for; `*` for all.'),
    name: described('Name of the server, unique among all of the workload.', text()),
    port: object(
      { name: text(), number: uint32, protocol: text(), targetPort: uint32 },
      { description: 'Port to listen on.', required: ['name', 'number', 'protocol'] },
    ),
    tls,
  },
  { description: 'A port and protocol where connections come in.', required: ['hosts', 'port'] },
);

export const istioGateway = object({
  spec: object(
    {
      selector: labels('Labels of the pods that carry the servers.'),
      servers: list(server, { description: 'Where connections come in.' }),
    },
    { description: 'What the gateway pods listen for.' },
  ),
  status,
});
