import { execa } from 'execa';

const bridge = 'pods';
const prefix = 16;

/** The node's address on the bridge: every pod reaches the control plane there. */
export const nodeAddress = '10.244.0.1';

/** Its hardware address. A bridge that is given none changes its own with the pods on it, and those left look for the old one, up to a minute long. */
const nodeHardwareAddress = '02:00:0a:f4:00:01';

/** Range of the Services' cluster addresses; nothing routes there, as no test needs kube-proxy. */
export const serviceRange = '10.96.0.0/16';

/** Hands out the addresses of a part of the bridge's network: `first` is the third number of the first address. */
export function addressPool(first: number): () => string {
  let next = 0;
  return () => {
    next += 1;
    return `10.244.${first + Math.floor(next / 254)}.${(next % 254) + 1}`;
  };
}

/** Sets up the bridge that all pods hang on, inside the harness's own network namespace. */
export async function createNetwork(): Promise<void> {
  await ip([
    'link set lo up',
    `link add ${bridge} address ${nodeHardwareAddress} type bridge`,
    `addr add ${nodeAddress}/${prefix} dev ${bridge}`,
    `link set ${bridge} up`,
  ]);
}

/** Adds one more address to the node, for a load balancer to listen on. */
export async function addAddress(address: string): Promise<void> {
  await ip([`addr add ${address}/32 dev ${bridge}`]);
}

export async function removeAddress(address: string): Promise<void> {
  await ip([`addr del ${address}/32 dev ${bridge}`]);
}

/** A pod's network namespace, called by its address, joined to the bridge. */
export async function createPodNamespace(address: string): Promise<void> {
  // An interface's name has at most 15 characters: the address without its fixed part fits.
  const link = `veth${address.slice('10.244'.length)}`;
  await ip([
    `netns add ${address}`,
    `link add ${link} type veth peer name eth0 netns ${address}`,
    `link set ${link} master ${bridge} up`,
  ]);
  await ip(
    [
      'link set lo up',
      'link set eth0 up',
      `addr add ${address}/${prefix} dev eth0`,
      `route add default via ${nodeAddress}`,
    ],
    ['-n', address],
  );
}

/** Removes a pod's namespace; its interfaces go with it. */
export async function removePodNamespace(address: string): Promise<void> {
  await ip([`netns delete ${address}`]);
}

/** The words in front of a command that runs in a pod's namespace. */
export function enterPod(address: string): string[] {
  return ['nsenter', `--net=/run/netns/${address}`];
}

async function ip(commands: readonly string[], options: readonly string[] = []): Promise<void> {
  await execa('ip', [...options, '-batch', '-'], { input: `${commands.join('\n')}\n` });
}
