import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { createCertificate } from '../../../../src/sandbox/api/certificate.ts';
import { productDir } from '../../build/cache.ts';
import { goFiles, goPrograms } from '../../build/go.ts';
import { componentDir, type Product } from '../../build/product.ts';
import type { Machine } from '../../stack/machine.ts';
import { until } from '../../stack/until.ts';
import { renderChart } from '../helm/helm.ts';

/** One release of Istio: its control plane and the files of its module. */
export interface Istio {
  release: string;
  programs: Product;
  files: Product;
}

const chart = 'manifests/charts/istio-control/istio-discovery';
const baseChart = 'manifests/charts/base';
const meshCrds = `${baseChart}/files/crd-all.gen.yaml`;
const gatewayCrds = 'tests/integration/pilot/testdata/gateway-api-crd.yaml';
export const samples = 'samples';

function istio(minor: string): Istio {
  const component = `istio-${minor}`;
  const release = `${minor}.0`;
  return {
    release,
    programs: goPrograms({
      component,
      programs: { istiod: 'istio.io/istio/pilot/cmd/pilot-discovery' },
      variables: { 'istio.io/istio/pkg/version.buildVersion': release },
    }),
    files: goFiles({
      component,
      module: 'istio.io/istio',
      paths: [chart, baseChart, gatewayCrds, `${samples}/tcp-echo`, `${samples}/sleep`, `${samples}/curl`],
    }),
  };
}

/** Reads TCPRoute `v1alpha2` alone. */
export const istio130 = istio('1.30');
/** Reads TCPRoute `v1` alone. */
export const istio131 = istio('1.31');

export const xdsPort = 15010;
const namespace = 'istio-system';
const httpAddress = '127.0.0.1:15080';
const webhookAddress = '127.0.0.1:15017';

/** Installs the release's kinds: Istio's own where `mesh` says so, and the Gateway API's bundle that the release is tested with. */
export async function applyCrds(machine: Machine, { files }: Istio, { mesh }: { mesh: boolean }): Promise<void> {
  const paths = await Promise.all(
    (mesh ? [meshCrds, gatewayCrds] : [gatewayCrds]).map((path) => machine.file(files, path)),
  );
  await execa('kubectl', ['apply', '--server-side', ...paths.flatMap((path) => ['-f', path])]);
  await execa('kubectl', [
    'wait',
    '--for=condition=Established',
    '--timeout=30s',
    'customresourcedefinitions',
    '--all',
  ]);
}

/** Starts istiod beside the API server, and the ingress gateway of the Istio API; resolves when istiod is ready. */
export async function startIstio(machine: Machine, { programs, files }: Istio, kubeconfig: string): Promise<void> {
  const mesh = `${machine.dir}/mesh.yaml`;
  const { key, cert } = createCertificate(Date.now());
  // It refuses to watch one file in two roles.
  const [keyFile, certFile, authorityFile] = ['key', 'crt', 'ca'].map((suffix) => `${machine.dir}/istiod.${suffix}`);
  await writeFile(keyFile!, key, { mode: 0o600 });
  await Promise.all([writeFile(certFile!, cert), writeFile(authorityFile!, cert)]);
  await writeFile(mesh, 'enableAutoMtls: false\nenablePrometheusMerge: false\ningressControllerMode: "OFF"\n');
  await execa('kubectl', ['create', 'namespace', namespace]);
  const settings = await renderChart(machine, {
    path: await machine.file(files, chart),
    namespace,
    templates: ['configmap.yaml', 'configmap-values.yaml', 'istiod-injector-configmap.yaml'].map(
      (file) => `templates/${file}`,
    ),
  });
  await execa('kubectl', ['apply', '--server-side', '-f', '-'], { input: settings });
  const { words, env } = await istiodCommand({
    programs,
    kubeconfig,
    mesh,
    xds: `0.0.0.0:${xdsPort}`,
    http: httpAddress,
  });
  machine.run('istiod', {
    words: [
      ...words,
      `--httpsAddr=${webhookAddress}`,
      `--tlsKeyFile=${keyFile}`,
      `--tlsCertFile=${certFile}`,
      `--caCertFile=${authorityFile}`,
      '--monitoringAddr=127.0.0.1:15014',
    ],
    env: { ...env, PILOT_ENABLE_ALPHA_GATEWAY_API: 'true' },
    cwd: machine.dir,
  });
  await until('istiod is ready', async () => (await fetch(`http://${httpAddress}/ready`)).ok);
  await installValidation(machine, files, cert);
  await execa('kubectl', ['apply', '-f', `${componentDir('istio')}/ingress-gateway.yaml`]);
  await execa('kubectl', ['rollout', 'status', 'deployment', '-n', namespace, '--timeout=30s']);
}

export interface IstiodOptions {
  programs: Product;
  kubeconfig: string;
  /** The path of its MeshConfig. */
  mesh: string;
  /** Where its proxies ask, host and port. */
  xds: string;
  /** Where it tells whether it is ready, host and port. */
  http: string;
}

/** What every istiod of a stack is started with: no certificates, and a deployment for each Gateway. */
export async function istiodCommand({ programs, kubeconfig, mesh, xds, http }: IstiodOptions) {
  const words = [
    join(await productDir(programs), 'istiod'),
    'discovery',
    `--kubeconfig=${kubeconfig}`,
    `--meshConfig=${mesh}`,
    `--grpcAddr=${xds}`,
    '--secureGRPCAddr=',
    `--httpAddr=${http}`,
  ];
  const env = {
    POD_NAME: 'istiod',
    POD_NAMESPACE: namespace,
    CLUSTER_ID: 'Kubernetes',
    ENABLE_CA_SERVER: 'false',
    PILOT_ENABLE_METADATA_EXCHANGE: 'false',
    PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER: 'true',
    VALIDATION_WEBHOOK_CONFIG_NAME: '',
    INJECTION_WEBHOOK_CONFIG_NAME: '',
    INJECT_ENABLED: 'true',
    ENABLE_LEADER_ELECTION: 'false',
  };
  return { words, env };
}

/** Has the API server ask istiod about every object of Istio's own kinds, as an installation does. */
async function installValidation(machine: Machine, files: Product, authority: string): Promise<void> {
  const webhook = await renderChart(machine, {
    path: await machine.file(files, baseChart),
    namespace,
    templates: ['templates/defaultrevision-validatingwebhookconfiguration.yaml'],
    values: {
      defaultRevision: 'default',
      'base.validationURL': `https://${webhookAddress}/validate`,
      'base.validationCABundle': Buffer.from(authority).toString('base64'),
    },
  });
  await execa('kubectl', ['apply', '-f', '-'], { input: webhook });
}
