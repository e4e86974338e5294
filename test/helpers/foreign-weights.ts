import type { Cluster } from '../../src/cluster/cluster.ts';
import { namespace } from './routes.ts';

/** The task's TCPRoute. */
export const taskRoute = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'TCPRoute',
  name: 'tcp-echo',
  namespace,
};

/** Gives the versions of the task's TCPRoute these weights, as somebody else who takes them over. */
export async function withWeights(other: Cluster, weights: readonly number[]): Promise<void> {
  const { apiVersion, kind, spec } = (await other.get(taskRoute))!;
  const [rule] = spec.rules;
  const backendRefs = rule.backendRefs.map((ref: object, index: number) => ({ ...ref, weight: weights[index] }));
  const metadata = { name: taskRoute.name, namespace };
  await other.apply(
    { apiVersion, kind, metadata, spec: { ...spec, rules: [{ ...rule, backendRefs }] } },
    { force: true },
  );
}
