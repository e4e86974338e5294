import { podSpec } from './pod.ts';
import type { Fields } from '../fields.ts';

const template = (fields: Fields = {}): Fields => ({
  metadata: {},
  ...fields,
  spec: podSpec(fields.spec ?? {}),
});

function strategy(given: Fields = {}): Fields {
  const { type = 'RollingUpdate', rollingUpdate } = given;
  if (type !== 'RollingUpdate') return { ...given, type };
  return { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%', ...rollingUpdate }, type };
}

/** A Deployment with what the API server adds. */
export function deploymentDefaults(deployment: Fields): Fields {
  const { spec = {} } = deployment;
  return {
    ...deployment,
    spec: {
      progressDeadlineSeconds: 600,
      replicas: 1,
      revisionHistoryLimit: 10,
      ...spec,
      strategy: strategy(spec.strategy),
      template: template(spec.template),
    },
    status: deployment.status ?? {},
  };
}

/** A ReplicaSet with what the API server adds. */
export function replicaSetDefaults(replicaSet: Fields): Fields {
  const { spec = {} } = replicaSet;
  return {
    ...replicaSet,
    spec: { replicas: 1, ...spec, template: template(spec.template) },
    status: { replicas: 0, ...replicaSet.status },
  };
}
