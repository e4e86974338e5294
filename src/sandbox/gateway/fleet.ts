import { seededRandom } from '../../core/seeded-random.ts';
import { isDeepStrictEqual } from 'node:util';
import type { PickerName } from '../options.ts';
import type { PodNetwork } from '../workloads/pod-network.ts';
import type { GatewayConfig } from './config.ts';
import type { Upstreams } from './filter-chain.ts';
import { pickerFactory } from './pickers.ts';
import { startReplica, type Replica } from './replica.ts';

export interface FleetOptions {
  picker: PickerName;
  seed: number;
  drainMs: number;
  propagationDelayMs: number;
}

/** The replicas of all gateways, by the uid of their pods. */
export interface Fleet {
  /** Starts the replica of a pod; resolves once it runs, with the way to stop it. */
  start(uid: string, ip: string): Promise<() => void>;
  /** The replicas by the uid of their pods, in the order in which they were started. */
  replicas(): ReadonlyMap<string, Replica>;
  /**
   * Brings a configuration to the replicas of one gateway: the first obeys it one propagation delay from now, the next one delay later.
   * A replica that has never had a configuration starts with this one at once, as a new proxy does.
   */
  propagate(uids: readonly string[], config: GatewayConfig): void;
  /** Tells every replica that clusters have other endpoints now. */
  endpointsChanged(): void;
  stop(): void;
}

interface Member {
  replica: Replica;
  /** The newest configuration that is on its way or in force; undefined before the first. */
  wanted: GatewayConfig | undefined;
  timers: Set<NodeJS.Timeout>;
}

// Spreads the seeds of the replicas, whose random numbers must not follow one another.
const seedStep = 0x9e3779b1;

export function createFleet(options: FleetOptions, upstreams: Upstreams, network: PodNetwork): Fleet {
  const members = new Map<string, Member>();
  let started = 0;

  const remove = (uid: string, member: Member): void => {
    if (members.get(uid) !== member) return;
    members.delete(uid);
    for (const timer of member.timers) clearTimeout(timer);
    member.replica.stop();
  };

  return {
    async start(uid, ip) {
      started += 1;
      const random = seededRandom(options.seed + Math.imul(started, seedStep));
      const pickers = pickerFactory(options.picker, random);
      const replica = await startReplica({ ip, pickers, upstreams, drainMs: options.drainMs }, network);
      const member: Member = { replica, wanted: undefined, timers: new Set() };
      members.set(uid, member);
      return () => remove(uid, member);
    },
    replicas: () => new Map([...members].map(([uid, { replica }]) => [uid, replica])),
    propagate(uids, config) {
      for (const [index, uid] of uids.entries()) {
        const member = members.get(uid);
        if (member) bring(member, config, (index + 1) * options.propagationDelayMs);
      }
    },
    endpointsChanged() {
      for (const { replica } of members.values()) replica.endpointsChanged();
    },
    stop() {
      for (const [uid, member] of members) remove(uid, member);
    },
  };
}

function bring(member: Member, config: GatewayConfig, delayMs: number): void {
  if (isDeepStrictEqual(member.wanted, config)) return;
  const first = member.wanted === undefined;
  member.wanted = config;
  if (first || delayMs === 0) return member.replica.apply(config);
  const timer = setTimeout(() => {
    member.timers.delete(timer);
    member.replica.apply(config);
  }, delayMs);
  member.timers.add(timer);
}
