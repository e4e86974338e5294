import type { KubeObject } from '../../core/objects.ts';
import type { Backend } from '../../core/route/backend.ts';
import type { Labels } from '../services.ts';

interface DestinationRuleSpec {
  host?: string;
  exportTo?: string[];
  workloadSelector?: object;
  subsets?: { name: string; labels?: Labels }[];
}

/** A DestinationRule as lookups see it. */
export interface DestinationRule {
  namespace: string;
  /** In full, or with a wildcard in front: `pg.db.svc.cluster.local`, `*.db.svc.cluster.local`, `*`. */
  host: string;
  /** The namespaces that may use the rule, `*` among them for all; empty where all may. */
  exportTo: string[];
  subsets: { name: string; labels?: Labels }[];
}

/** The namespaces that a lookup depends on besides the Service's own. */
export interface LookupNamespaces {
  /** That of the proxies that open the connections. */
  client: string;
  /** That of the rules for the whole mesh. */
  root: string;
}

/** A host in full; what stands in it without a namespace is of the namespace where it is written. */
function fullHost(host: string, namespace: string): string {
  const short = /^([^.*]+)(?:\.([^.]+)(?:\.svc)?)?$/.exec(host);
  return short ? `${short[1]}.${short[2] ?? namespace}.svc.cluster.local` : host;
}

/** The rules in these objects, the oldest first, but for those that are meant for chosen workloads of their namespace alone. */
export function readRules(objects: readonly KubeObject<DestinationRuleSpec>[]): DestinationRule[] {
  const age = ({ metadata }: KubeObject): string => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
  return objects
    .filter(({ spec }) => spec?.workloadSelector === undefined)
    .toSorted((one, other) => (age(one) < age(other) ? -1 : 1))
    .map(({ metadata: { namespace = 'default' }, spec: { host = '', exportTo = [], subsets = [] } = {} }) => ({
      namespace,
      host: fullHost(host, namespace),
      exportTo: exportTo.map((each) => (each === '.' ? namespace : each)),
      subsets,
    }));
}

function isFor(client: string): (rule: DestinationRule) => boolean {
  return ({ exportTo }) => exportTo.length === 0 || exportTo.includes('*') || exportTo.includes(client);
}

function isPrivate({ namespace, exportTo }: DestinationRule): boolean {
  return exportTo.length === 1 && exportTo[0] === namespace;
}

/** The rules whose host fits a Service best: its own name, else the longest wildcard. */
function mostSpecific(rules: readonly DestinationRule[], service: string): DestinationRule[] {
  const fit = ({ host }: DestinationRule): number => {
    if (host === service) return Infinity;
    return host.startsWith('*') && service.endsWith(host.slice(1)) ? host.length : 0;
  };
  const best = Math.max(0, ...rules.map(fit));
  return best === 0 ? [] : rules.filter((rule) => fit(rule) === best);
}

/**
 * The labels of a backend's subset, by the rules that Istio would take: those of the client's namespace, else those that the Service's namespace
 * exports to it, else those that the root namespace exports; in each the ones with the most specific host, whose subsets count together, of two
 * with one name the older. Undefined where none of these rules has the subset. In the root namespace only its private rules count as a client's
 * own, so that what is meant for the whole mesh does not hide the Service's rules from gateways that run there.
 */
export function findSubset(
  rules: readonly DestinationRule[],
  { service, namespace, subset }: Backend,
  { client, root }: LookupNamespaces,
): Labels | undefined {
  const host = fullHost(service, namespace);
  const from = (owner: string): DestinationRule[] => rules.filter((rule) => rule.namespace === owner);
  const exportedFrom = (owner: string): DestinationRule[] => {
    const exported = from(owner).filter((rule) => !isPrivate(rule));
    return mostSpecific(exported, host).filter(isFor(client));
  };
  const own = from(client).filter(client === root ? isPrivate : isFor(client));
  const steps = [mostSpecific(own, host), exportedFrom(namespace), exportedFrom(root)];
  const taken = steps.find((found) => found.length > 0) ?? [];
  const found = taken.flatMap(({ subsets }) => subsets).find(({ name }) => name === subset);
  return found && (found.labels ?? {});
}
