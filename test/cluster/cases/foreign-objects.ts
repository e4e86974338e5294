import { kubectl, type Target } from '../parity/target.ts';

const labels = { team: 'payments', 'argocd.argoproj.io/instance': 'shop' };
const annotations = { 'argocd.argoproj.io/tracking-id': 'shop:shop', note: 'a: b\n# c' };

/** A VirtualService as a team's repository may hold it: rules for other protocols, and TCP rules for two ports. */
export function foreignVirtualService({ namespace }: Target): any {
  const to = (subset: string, port: number, weight: number) => ({
    destination: { host: `tcp-echo.${namespace}.svc.cluster.local`, subset, port: { number: port } },
    weight,
  });
  const route = [{ destination: { host: 'web' } }];
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'shop', namespace, labels, annotations },
    spec: {
      hosts: ['*'],
      gateways: ['edge'],
      http: [{ match: [{ uri: { prefix: '/a' } }], route, retries: { attempts: 3, perTryTimeout: '2s' } }],
      tls: [{ match: [{ port: 443, sniHosts: ['a.example.com'] }], route }],
      tcp: [
        {
          match: [{ port: 5432, destinationSubnets: ['10.0.0.0/8'] }],
          route: [to('v1', 9000, 90), to('v2', 9000, 10)],
        },
        { match: [{ port: 5433 }], route: [to('v1', 9001, 1), to('v2', 9001, 3)] },
      ],
    },
  };
}

/** A TCPRoute with fields that no release has yet, and one weight left out. */
export function foreignTcpRoute({ namespace }: Target, apiVersion: string): any {
  return {
    apiVersion,
    kind: 'TCPRoute',
    metadata: { name: 'shop', namespace, labels, annotations },
    spec: {
      parentRefs: [{ name: 'edge', sectionName: 'postgres' }],
      newer: { deeply: [1, 2.5, { a: 'b' }] },
      rules: [
        {
          affinity: { idle: '10s' },
          backendRefs: [
            { name: 'shop-v1', port: 5432, filters: [{ type: 'Newer', order: ['b', 'a'] }] },
            { name: 'shop-v2', port: 5432, weight: 3 },
          ],
        },
      ],
    },
  };
}

/** Applies an object as kubectl does by default, or on the server as another manager. */
export function applyAs(target: Target, manager: string, object: object): Promise<string> {
  const options = manager === 'kubectl' ? [] : ['--server-side', `--field-manager=${manager}`];
  return kubectl(target, ['apply', ...options, '-f', '-'], JSON.stringify(object));
}
