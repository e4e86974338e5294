import type { Json } from '../../core/objects.ts';
import type { Kind } from './kinds.ts';

type Blank = { [field: string]: Json };

const template: Blank = { metadata: {}, spec: { containers: null } };

const blanks: Readonly<Record<string, Blank>> = {
  ' Namespace': { spec: {}, status: {} },
  ' Service': { spec: {}, status: { loadBalancer: {} } },
  ' Pod': { spec: { containers: null }, status: {} },
  ' Node': { spec: {}, status: {} },
  ' Event': {
    involvedObject: {},
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  },
  'authorization.k8s.io SelfSubjectAccessReview': { spec: {}, status: {} },
  'apps Deployment': { spec: { strategy: {}, template }, status: {} },
  'apps ReplicaSet': { spec: { template }, status: {} },
  'coordination.k8s.io Lease': { spec: {} },
  'discovery.k8s.io EndpointSlice': { endpoints: null, ports: null },
  'events.k8s.io Event': { regarding: {} },
  'apiextensions.k8s.io CustomResourceDefinition': { spec: { names: {}, versions: null }, status: {} },
};

const selected: Blank = { replicas: 0, selector: null };

const zeros: Readonly<Record<string, Blank>> = {
  'apps Deployment': { spec: { ...selected, strategy: {}, template } },
  'apps ReplicaSet': { spec: { ...selected, template }, status: { replicas: 0 } },
  'discovery.k8s.io EndpointSlice': { addressType: '' },
};

/** What the real server's struct of a kind looks like with nothing in it, as a watch's bookmarks show it. */
export function empty(kind: Kind): Blank {
  return { ...blank(kind), ...zeros[`${kind.group} ${kind.kind}`] };
}

/**
 * What an object of a kind has before anybody writes to it. The real server keeps built-in kinds as structs, whose parts are there from
 * the start, so that nobody owns them for having made them.
 */
export function blank({ group, kind }: Kind): Blank {
  return { metadata: {}, ...blanks[`${group} ${kind}`] };
}
