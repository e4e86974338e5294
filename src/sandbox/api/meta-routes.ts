import { createHash } from 'node:crypto';
import type { Kind } from '../objects/kinds.ts';
import { noSuchResource } from '../store/api-error.ts';
import type { ServerRegistry } from '../store/open-registry.ts';
import { accepted } from './accept.ts';
import { type Call, type Handler, ok, type Reply } from './call.ts';
import { aggregated, coreVersions, groupList, oneGroup, resourceList } from './discovery.ts';

const gitVersion = 'v1.36.2+tcpshift-sandbox';

/** Indented, as `kubectl get --raw` shows it. */
function version(): Reply {
  const body = {
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '35',
    gitVersion,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: `node ${process.version}`,
    platform: `${process.platform}/${process.arch}`,
  };
  return { code: 200, body: JSON.stringify(body, null, 2), contentType: 'application/json' };
}

const discoveryVersions = ['v2', 'v2beta1'];

/** The version of the aggregated document that the client prefers to a plain one; undefined where it wants the plain one. */
function aggregation({ headers }: Call): string | undefined {
  const first = accepted(headers.accept)[0];
  if (first?.parameters.as !== 'APIGroupDiscoveryList') return undefined;
  return discoveryVersions.find((name) => name === first.parameters.v);
}

// An empty description in protobuf: its one field is the OpenAPI version, 2.0. Old clients ask for it and use nothing in it.
const openApi2 = Buffer.from('0a03322e30', 'hex');
const openApi2Type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

function etagged(call: Call, body: object, contentType: string): Reply {
  const text = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('hex').toUpperCase()}"`;
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
  if (call.headers['if-none-match'] === etag) return { code: 304, body: '', contentType, headers };
  return { code: 200, body: text, contentType, headers };
}

/** The texts are long, and only `explain` and `apply` ask for them. */
const descriptions = (): Promise<typeof import('../objects/openapi.ts')> => import('../objects/openapi.ts');

/** Everything that describes the server and its kinds, by path. */
export function metaRoutes({ catalog }: ServerRegistry, address: () => string): Record<string, Handler> {
  const kinds = (): readonly Kind[] => catalog.all();
  const discovery =
    (core: boolean, plain: () => object): Handler =>
    (call) => {
      const as = aggregation(call);
      if (as === undefined) return ok(plain());
      const type = `application/json;g=apidiscovery.k8s.io;v=${as};as=APIGroupDiscoveryList`;
      return etagged(call, aggregated(kinds(), as, core), type);
    };
  const found = (body: object | undefined): Reply | undefined => body && ok(body);
  const text: Handler = () => ({ code: 200, body: 'ok', contentType: 'text/plain; charset=utf-8' });

  const document = async (call: Call, group: string, version: string): Promise<Reply | undefined> => {
    if (!kinds().some((kind) => kind.group === group && kind.version === version)) return undefined;
    return etagged(call, (await descriptions()).openApiDocument(group, version, kinds()), 'application/json');
  };

  return {
    '/version': version,
    '/healthz': text,
    '/livez': text,
    '/readyz': text,
    '/api': discovery(true, () => coreVersions(address())),
    '/apis': discovery(false, () => groupList(kinds())),
    '/api/v1': () => found(resourceList(kinds(), '', 'v1')),
    '/apis/:group': (_call, { group = '' }) => found(oneGroup(kinds(), group)),
    '/apis/:group/:version': (_call, { group = '', version = '' }) => {
      const list = resourceList(kinds(), group, version);
      if (!list && catalog.isBuiltinGroup(group)) throw noSuchResource();
      return found(list);
    },
    '/openapi/v2': () => ({ code: 200, body: openApi2, contentType: openApi2Type }),
    '/openapi/v3': async () => ok((await descriptions()).openApiIndex(kinds())),
    '/openapi/v3/api/v1': (call) => document(call, '', 'v1'),
    '/openapi/v3/apis/:group/:version': (call, { group = '', version = '' }) => document(call, group, version),
  };
}
