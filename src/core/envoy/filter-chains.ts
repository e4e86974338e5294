/** What of a connection decides, beside its port, which filter chain carries it. */
export interface ChainChoice {
  /** The name that its TLS hello asks for. */
  serverName?: string;
  /** The IP address that it was made to, as a mesh's virtual listeners tell connections apart. */
  destination?: string;
}

interface CidrRange {
  address_prefix: string;
  prefix_len?: number;
}

interface ChainMatch {
  destination_port?: number;
  prefix_ranges?: CidrRange[];
  server_names?: string[];
}

/** Source of the shape: envoy.config.listener.v3.FilterChain, as far as it is read. */
export interface FilterChain<Filter> {
  name?: string;
  filter_chain_match?: ChainMatch;
  filters?: Filter[];
}

/** Source of the shape: envoy.config.listener.v3.Listener, as far as it is read. */
export interface EnvoyListener<Filter> {
  /** What its statistics are named after, in place of its address. */
  stat_prefix?: string;
  address?: { socket_address?: { address?: string; port_value?: number } };
  filter_chains?: FilterChain<Filter>[] | null;
  default_filter_chain?: FilterChain<Filter>;
}

/** A filter chain, and the listener that it is one of. */
export interface FoundChain<Filter> {
  chain: FilterChain<Filter>;
  listener: EnvoyListener<Filter>;
}

interface Candidate<Filter> extends FoundChain<Filter> {
  match: ChainMatch;
}

/**
 * The filter chains that can carry a connection to a port, the best fitting alone: by the listener's address, then by the chain's port, destination
 * and server name, as Envoy decides.
 * Several where the choice does not tell them apart.
 */
export function chainsFor<Filter>(
  listeners: readonly EnvoyListener<Filter>[],
  port: number,
  { serverName, destination }: ChainChoice = {},
): FoundChain<Filter>[] {
  const candidates = listeners.flatMap((listener) => candidatesOf(listener, port));
  const there = best(candidates, ({ listener }) => boundRank(listener.address?.socket_address?.address, destination));
  const onPort = best(there, ({ match }) => (match.destination_port === port ? 1 : 0));
  const within = best(onPort, ({ match }) => prefixRank(match.prefix_ranges ?? [], destination));
  return best(within, ({ match }) => nameRank(match.server_names ?? [], serverName));
}

/** The chains of a listener that take connections to a port; its default one takes what no other does. */
function candidatesOf<Filter>(listener: EnvoyListener<Filter>, port: number): Candidate<Filter>[] {
  const { address, filter_chains: chains, default_filter_chain: last } = listener;
  const all = (chains ?? []).map((chain) => ({ chain, match: chain.filter_chain_match ?? {}, listener }));
  const matchesAll = all.some(({ match }) => Object.keys(match).length === 0);
  const others = last && !matchesAll ? [{ chain: last, match: {}, listener }] : [];
  const own = address?.socket_address?.port_value;
  return [...all, ...others].filter(({ match }: Candidate<Filter>) => (match.destination_port ?? own) === port);
}

/** Those of the highest rank; what has none does not fit. */
function best<T>(all: readonly T[], rank: (each: T) => number | undefined): T[] {
  const ranked = all.flatMap((each) => {
    const at = rank(each);
    return at === undefined ? [] : [{ each, at }];
  });
  const highest = Math.max(...ranked.map(({ at }) => at));
  return ranked.filter(({ at }) => at === highest).map(({ each }) => each);
}

/** A listener's own address before one for all addresses. */
function boundRank(bound: string | undefined, destination: string | undefined): number | undefined {
  if (destination === undefined || bound === undefined || isWildcard(bound)) return 0;
  return bitsOf(bound) === bitsOf(destination) ? 1 : undefined;
}

/** The length of the longest prefix that holds the destination, before a chain for every destination. */
function prefixRank(ranges: readonly CidrRange[], destination: string | undefined): number | undefined {
  if (destination === undefined) return 0;
  if (ranges.length === 0) return -1;
  const lengths = ranges.filter((range) => holds(range, destination)).map(({ prefix_len: length = 0 }) => length);
  return lengths.length === 0 ? undefined : Math.max(...lengths);
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function holds({ address_prefix: prefix, prefix_len: length = 0 }: CidrRange, address: string): boolean {
  const [wanted, found] = [bitsOf(prefix), bitsOf(address)];
  return wanted.length === found.length && found.startsWith(wanted.slice(0, length));
}

/** An IP address as a text of its bits. */
function bitsOf(address: string): string {
  const bits = (part: string, base: number, width: number) => parseInt(part, base).toString(2).padStart(width, '0');
  if (!address.includes(':'))
    return address
      .split('.')
      .map((part) => bits(part, 10, 8))
      .join('');
  const [head, tail] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = tail ? Array<string>(8 - head!.length - tail.length).fill('0') : [];
  return [...head!, ...zeros, ...(tail ?? [])].map((group) => bits(group, 16, 16)).join('');
}

/** An exact name before a wildcard, the longest of them first, and these before a chain for every name. */
function nameRank(names: readonly string[], serverName: string | undefined): number | undefined {
  // Without a name to go by, what has none to match is what a plain connection takes, and all others are alike.
  if (serverName === undefined) return names.length === 0 ? 1 : 0;
  if (names.length === 0) return 0;
  const wanted = serverName.toLowerCase();
  if (names.includes(wanted)) return Infinity;
  const suffixes = names.filter((name) => name.startsWith('*.')).map((name) => name.slice(1));
  const lengths = suffixes.filter((suffix) => wanted.endsWith(suffix)).map((suffix) => suffix.length);
  return lengths.length === 0 ? undefined : Math.max(...lengths);
}
