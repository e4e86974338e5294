import type { Product } from '../build/product.ts';
import { envoyWheel } from '../components/envoy/envoy.ts';
import { etcdPrograms } from '../components/etcd/etcd.ts';
import { helmPrograms } from '../components/helm/helm.ts';
import { istio130, istio131, type Istio } from '../components/istio/istio.ts';
import { kubernetesPrograms } from '../components/kubernetes/kubernetes.ts';
import { kwokFiles, kwokPrograms } from '../components/kwok/kwok.ts';
import { tcpEchoPrograms } from '../components/tcp-echo/tcp-echo.ts';
import { traefikWheel } from '../components/traefik/traefik.ts';

/** One column of the matrix: which control plane of the routing APIs stands beside Kubernetes. */
export interface Profile {
  /** Whose kinds are installed, and whose samples are the oracle. */
  kinds: Istio;
  controller: 'istio' | 'traefik';
  /** The GatewayClass that its Gateways take. */
  gatewayClass: string;
  apis: readonly ('istio' | 'gateway-api')[];
}

export const profiles = {
  'istio-1.30': { kinds: istio130, controller: 'istio', gatewayClass: 'istio', apis: ['istio', 'gateway-api'] },
  'istio-1.31': { kinds: istio131, controller: 'istio', gatewayClass: 'istio', apis: ['istio', 'gateway-api'] },
  traefik: { kinds: istio130, controller: 'traefik', gatewayClass: 'traefik', apis: ['gateway-api'] },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;

const common = [etcdPrograms, kubernetesPrograms, kwokPrograms, kwokFiles, tcpEchoPrograms];

/** Everything that the profile's stack runs, to be in the cache before it starts. */
export function productsOf(name: ProfileName): Product[] {
  const { kinds, controller }: Profile = profiles[name];
  const own = { istio: [kinds.programs, helmPrograms, envoyWheel], traefik: [traefikWheel] }[controller];
  return [...common, kinds.files, ...own];
}
