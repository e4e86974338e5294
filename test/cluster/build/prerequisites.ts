import { execa } from 'execa';
import type { Product, Tool } from './product.ts';

/** Ways into namespaces of our own, best first: as an ordinary user, and as root where user namespaces are off. */
const ways = [['--user', '--map-root-user'], []];
const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const trial =
  'mount -t tmpfs tmpfs /run && ip link add pods type bridge && ip link add veth0 type veth peer name veth1 && ip netns add pod';

/** The words in front of a command that runs in namespaces of its own; undefined where this machine allows none. */
export async function namespaceWords(): Promise<string[] | undefined> {
  for (const way of ways) {
    const words = ['unshare', ...way, ...namespaces];
    const { failed } = await execa(words[0]!, [...words.slice(1), 'sh', '-c', trial], { reject: false });
    if (!failed) return words;
  }
  return undefined;
}

/** How to see that a tool works, and what to call it where it does not. */
const tools = {
  go: { trial: ['go', 'version'], called: 'Go 1.26 or newer (https://go.dev/dl)' },
  pip: { trial: ['python3', '-m', 'pip', '--version'], called: 'Python 3 with pip' },
  python3: { trial: ['python3', '--version'], called: 'Python 3' },
} as const satisfies Record<Tool, { trial: readonly string[]; called: string }>;

const packages = { busybox: 'busybox', ip: 'iproute2', nsenter: 'util-linux', unshare: 'util-linux' };

/** What this machine lacks to build the products and to run a stack, a line each. */
export async function lacking(toBuild: readonly Product[]): Promise<string[]> {
  const lines: string[] = [];
  for (const [program, from] of Object.entries(packages)) {
    if (!(await works(['which', program]))) lines.push(`${program} (Debian's package ${from})`);
  }
  for (const tool of new Set(toBuild.map((product) => product.tool))) {
    if (!(await works(tools[tool].trial))) lines.push(tools[tool].called);
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') lines.push('Linux on x86-64');
  return lines;
}

async function works([program, ...args]: readonly string[]): Promise<boolean> {
  return !(await execa(program!, args, { reject: false })).failed;
}
