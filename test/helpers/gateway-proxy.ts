import type { Cluster } from '../../src/cluster/cluster.ts';
import type { PodAddress } from '../../src/core/pods.ts';
import { behaviourAnnotation, type ProxyBehaviour } from '../../src/sandbox/gateway/behaviour.ts';

/** Makes the proxy of a sandbox's gateway pod behave so, as `kubectl annotate` does; it does when this resolves. */
export async function makeProxy(
  cluster: Cluster,
  { namespace, pod }: PodAddress,
  behaviour: ProxyBehaviour,
): Promise<void> {
  const annotations = behaviour === 'obey' ? {} : { [behaviourAnnotation]: behaviour };
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod, namespace, annotations } };
  await cluster.apply(object, { manager: 'test-proxy' });
}
