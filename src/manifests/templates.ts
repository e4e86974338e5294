import type { RenderedDocument } from './rendering.ts';
import { renderTemplate } from './rendering.ts';
import { allApis, routingApis } from '../routing/apis.ts';
import type { RoutingApiName } from '../routing/routing-api.ts';
import { readTemplates } from './template-files.ts';

export { toYaml } from './yaml-text.ts';

/** One version of the sample workload. */
export interface VersionValues {
  /** Label `version`, subset, and the end of Deployment and Service names: `v1`. */
  name: string;
  /** What its server puts before each line: `one`. */
  prefix: string;
  weight: number;
}

/** What the manifests depend on. */
export interface SetupValues {
  api: RoutingApiName;
  /** The apiVersion of each of the API's kinds. */
  apiVersions: Readonly<Record<string, string>>;
  namespace: string;
  /** The gateway's listener. */
  port: number;
  versions: readonly VersionValues[];
  /** Registry that both images are taken from instead of their own. */
  imageRegistry?: string | undefined;
  gatewayClass: string;
  /** Whether Istio is to put sidecars into the namespace's pods. */
  inject: boolean;
  /** Whether the workload that probes from inside is wanted. */
  client: boolean;
}

/** The task's own versions: all connections to v1. */
export const taskVersions: readonly VersionValues[] = [
  { name: 'v1', prefix: 'one', weight: 100 },
  { name: 'v2', prefix: 'two', weight: 0 },
];

const images = {
  tcpEcho: { registry: 'registry.istio.io/release', name: 'tcp-echo-server:1.3' },
  client: { registry: 'docker.io', name: 'curlimages/curl:8.16.0' },
};

const workloads = ['workloads/namespace.yaml', 'workloads/client.yaml', 'workloads/tcp-echo.yaml'];

const known = [...workloads, ...allApis.flatMap(({ templates }) => templates)];

function imagesFrom(registry: string | undefined): Record<keyof typeof images, string> {
  const from = ({ registry: own, name }: { registry: string; name: string }) =>
    `${(registry ?? own).replace(/\/+$/, '')}/${name}`;
  return { tcpEcho: from(images.tcpEcho), client: from(images.client) };
}

async function render(
  names: readonly string[],
  { imageRegistry, ...values }: SetupValues,
  { templatesDir }: { templatesDir?: string | undefined },
): Promise<RenderedDocument[]> {
  const scope = { ...values, images: imagesFrom(imageRegistry) };
  const files = readTemplates(names, known, templatesDir);
  const documents: RenderedDocument[] = [];
  for (const file of files) documents.push(...(await renderTemplate(file, scope)));
  return documents;
}

/**
 * Every manifest of the task in the order to apply them; clean-up goes the other way round.
 * @throws ShiftError template: names file, line and field
 */
export function renderSetup(
  values: SetupValues,
  options: { templatesDir?: string | undefined } = {},
): Promise<RenderedDocument[]> {
  return render([...workloads, ...routingApis[values.api].templates], values, options);
}

/** The route's manifest alone. @throws ShiftError template: names file, line and field */
export function renderRoute(
  values: SetupValues,
  options: { templatesDir?: string | undefined } = {},
): Promise<RenderedDocument[]> {
  return render(routingApis[values.api].templates.slice(-1), values, options);
}
