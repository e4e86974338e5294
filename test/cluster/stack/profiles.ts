import type { Product } from '../build/product.ts';
import { envoyWheel } from '../components/envoy/envoy.ts';
import { etcdPrograms } from '../components/etcd/etcd.ts';
import { helmPrograms } from '../components/helm/helm.ts';
import { istio130, istio131, type Istio } from '../components/istio/istio.ts';
import { kubectlPrograms } from '../components/kubectl/kubectl.ts';
import { kubernetesPrograms } from '../components/kubernetes/kubernetes.ts';
import { kwokFiles, kwokPrograms } from '../components/kwok/kwok.ts';
import { tcpEchoPrograms } from '../components/tcp-echo/tcp-echo.ts';
import { traefikWheel } from '../components/traefik/traefik.ts';

/** One column of the matrix: which control plane of the routing APIs stands beside Kubernetes. */
export interface Profile {
  /** Its name for people. */
  title: string;
  /** Whose kinds are installed, and whose samples are the oracle. */
  kinds: Istio;
  /** What takes care of routes; without, the API server stands alone, and nothing but a client changes its objects. */
  controller: 'istio' | 'traefik' | 'none';
  /** The GatewayClass that its Gateways take. */
  gatewayClass: string;
  apis: readonly ('istio' | 'gateway-api')[];
  /** The test files that are about it. */
  suites: readonly string[];
}

/** The suites about the task itself. */
export const task = ['stack.test.ts', 'harness.test.ts', 'parity/*.test.ts'];

const cases = ['cases/*.test.ts'];
const both = ['istio', 'gateway-api'] as const;

export const profiles = {
  kubernetes: {
    title: 'kube-apiserver',
    kinds: istio131,
    controller: 'none',
    gatewayClass: '',
    apis: [],
    suites: ['compare/server.test.ts', 'kubectl/api-server.test.ts'],
  },
  'istio-1.30': {
    title: 'istiod 1.30, Envoy',
    kinds: istio130,
    controller: 'istio',
    gatewayClass: 'istio',
    apis: both,
    suites: [...task, ...cases],
  },
  'istio-1.31': {
    title: 'istiod 1.31, Envoy',
    kinds: istio131,
    controller: 'istio',
    gatewayClass: 'istio',
    apis: both,
    suites: [...task, ...cases, 'compare/webhook.test.ts', 'kubectl/controllers.test.ts'],
  },
  traefik: {
    title: 'Traefik',
    kinds: istio130,
    controller: 'traefik',
    gatewayClass: 'traefik',
    apis: ['gateway-api'],
    suites: task,
  },
} as const satisfies Record<string, Profile>;

/** The routing APIs' names for people. */
export const apiTitles = { istio: 'Istio API', 'gateway-api': 'Gateway API' } as const;

export type ProfileName = keyof typeof profiles;

const common = [etcdPrograms, kubernetesPrograms];
const nodes = [kwokPrograms, kwokFiles, tcpEchoPrograms];

/** Everything that the profile's stack and its suites run, to be in the cache before it starts. */
export function productsOf(name: ProfileName): Product[] {
  const { kinds, controller, suites }: Profile = profiles[name];
  const kubectls = suites.some((suite) => suite.startsWith('kubectl/')) ? [kubectlPrograms] : [];
  const own = {
    istio: [...nodes, kinds.programs, helmPrograms, envoyWheel],
    traefik: [...nodes, traefikWheel],
    none: [],
  }[controller];
  return [...common, kinds.files, ...own, ...kubectls];
}
