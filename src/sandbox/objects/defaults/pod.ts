import type { Fields } from '../fields.ts';

/** `latest`, also when no tag and no digest is named. */
function isLatest(image = ''): boolean {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return name.includes('@') ? false : (name.split(':')[1] ?? 'latest') === 'latest';
}

function probe(fields: Fields): Fields {
  const { httpGet } = fields;
  return {
    ...fields,
    ...(httpGet ? { httpGet: { path: '/', scheme: 'HTTP', ...httpGet } } : {}),
    failureThreshold: fields.failureThreshold || 3,
    periodSeconds: fields.periodSeconds || 10,
    successThreshold: fields.successThreshold || 1,
    timeoutSeconds: fields.timeoutSeconds || 1,
  };
}

function environment(variable: Fields): Fields {
  const from = variable.valueFrom?.fieldRef;
  return from
    ? { ...variable, valueFrom: { ...variable.valueFrom, fieldRef: { apiVersion: 'v1', ...from } } }
    : variable;
}

function container(fields: Fields): Fields {
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].filter((name) => fields[name]);
  return {
    imagePullPolicy: isLatest(fields.image) ? 'Always' : 'IfNotPresent',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...fields,
    ...(fields.env ? { env: fields.env.map(environment) } : {}),
    ...Object.fromEntries(probes.map((name) => [name, probe(fields[name])])),
  };
}

const volumeDefaults: Record<string, Fields> = {
  secret: { defaultMode: 420 },
  configMap: { defaultMode: 420 },
  downwardAPI: { defaultMode: 420 },
  projected: { defaultMode: 420 },
  hostPath: { type: '' },
};

function volume(fields: Fields): Fields {
  const sources = Object.keys(fields).filter((name) => name !== 'name');
  if (sources.length === 0) return { ...fields, emptyDir: {} };
  return Object.fromEntries(
    Object.entries(fields).map(([name, source]) => [
      name,
      name in volumeDefaults ? { ...volumeDefaults[name], ...source } : source,
    ]),
  );
}

/** The spec of a pod or of a pod template with what the API server adds to both. */
export function podSpec(spec: Fields): Fields {
  const account = spec.serviceAccountName || spec.serviceAccount;
  return {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...spec,
    // Two names of one field: the older is kept in step.
    ...(account ? { serviceAccount: account, serviceAccountName: account } : {}),
    ...(spec.containers ? { containers: spec.containers.map(container) } : {}),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(container) } : {}),
    ...(spec.volumes ? { volumes: spec.volumes.map(volume) } : {}),
  };
}

function withRequests(fields: Fields): Fields {
  const { limits, requests } = fields.resources ?? {};
  return limits ? { ...fields, resources: { ...fields.resources, requests: { ...limits, ...requests } } } : fields;
}

function qosClass(containers: Fields[]): string {
  const resources = containers.map((each) => each.resources ?? {});
  if (resources.every(({ limits, requests }) => !limits && !requests)) return 'BestEffort';
  const isGuaranteed = ({ limits, requests }: Fields) =>
    ['cpu', 'memory'].every((name) => limits?.[name] !== undefined && limits[name] === requests?.[name]);
  return resources.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

function conditions(status: Fields = {}): Fields {
  const unprobed = (condition: Fields) => ({ lastProbeTime: null, ...condition });
  return status.conditions ? { conditions: status.conditions.map(unprobed) } : {};
}

/** A pod with what the API server fills in. */
export function podDefaults(pod: Fields): Fields {
  const spec = podSpec(pod.spec ?? {});
  const containers = (spec.containers ?? []).map(withRequests);
  return {
    ...pod,
    spec: { enableServiceLinks: true, ...spec, containers },
    status: { phase: 'Pending', qosClass: qosClass(containers), ...pod.status, ...conditions(pod.status) },
  };
}
