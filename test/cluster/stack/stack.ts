import { envoy } from '../components/envoy/envoy.ts';
import { startEtcd } from '../components/etcd/etcd.ts';
import { applyCrds, startIstio, xdsPort } from '../components/istio/istio.ts';
import { startApiServer, startControllers, type ControlPlane } from '../components/kubernetes/kubernetes.ts';
import { nodeName, startKwok } from '../components/kwok/kwok.ts';
import { createPodAccess } from '../components/kwok/pod-access.ts';
import { tcpEcho } from '../components/tcp-echo/tcp-echo.ts';
import { startTraefik, traefik } from '../components/traefik/traefik.ts';
import { runKubelet } from './kubelet.ts';
import { runLoadBalancer } from './load-balancer.ts';
import type { Machine } from './machine.ts';
import { addressPool, createNetwork } from './network.ts';
import { profiles, type Profile, type ProfileName } from './profiles.ts';

export interface Stack {
  kubeconfig: string;
  /** Rejects as soon as a part of the stack ends. */
  failed: Promise<never>;
}

/** Starts the profile's whole stack in this process's own network and mount namespaces; resolves when it takes work. */
export async function startStack(machine: Machine, name: ProfileName): Promise<Stack> {
  const profile: Profile = profiles[name];
  await createNetwork();
  const { api, kubeconfig } = await startApiServer(machine, await startEtcd(machine));
  process.env['KUBECONFIG'] = kubeconfig;
  const nodes = profile.controller === 'none' ? [] : [startNodes(machine, profile, { api, kubeconfig })];
  const [running] = await Promise.all([
    Promise.all(nodes),
    applyCrds(machine, profile.kinds, { mesh: profile.controller !== 'traefik' }),
  ]);
  const failed = Promise.race([machine.failed, ...running.map((node) => node.failed)]);
  await Promise.race([startController[profile.controller](machine, profile, kubeconfig), failed]);
  return { kubeconfig, failed };
}

type Start = (machine: Machine, profile: Profile, kubeconfig: string) => Promise<void>;

const startController = {
  istio: (machine, { kinds }, kubeconfig) => startIstio(machine, kinds, kubeconfig),
  traefik: () => startTraefik(),
  none: async () => undefined,
} as const satisfies Record<Profile['controller'], Start>;

/** Starts what turns Deployments into running programs, and gives Services their addresses. */
async function startNodes(machine: Machine, { kinds }: Profile, { api, kubeconfig }: ControlPlane) {
  const access = createPodAccess(api);
  const programs = [tcpEcho(machine), envoy(machine, xdsPort, kinds.release), traefik(machine, kubeconfig)];
  const pods = { api, access, programs, nextAddress: addressPool(1), dir: `${machine.dir}/pods`, logs: machine.logs };
  await startControllers(machine, kubeconfig);
  await startKwok(machine, kubeconfig, api);
  return { failed: Promise.race([runKubelet(pods, nodeName), runLoadBalancer(api), access.followServices()]) };
}
