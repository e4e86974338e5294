import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject, ObjectRef } from '../../src/core/objects.ts';
import { echoDeployment, namespace, service, tcpRoute, virtualService } from '../helpers/manifests.ts';
import { watchedSandbox, type WatchedSandbox } from '../helpers/watched-sandbox.ts';

const [usage, conflict, cluster] = [2, 4, 5];
let sandbox: WatchedSandbox;

/** A VirtualService of somebody else's. */
function theirs(name: string, tcp: object[]): KubeObject {
  const { apiVersion, kind, spec } = virtualService(1, {});
  return { apiVersion, kind, metadata: { name, namespace }, spec: { ...spec, tcp } };
}

const rule = (port: number | undefined, ...subsets: string[]): object => ({
  ...(port === undefined ? {} : { match: [{ port }] }),
  route: subsets.map((subset, index) => ({ destination: { host: 'pg', subset }, weight: index === 0 ? 100 : 0 })),
});

const twoBackends = [
  { name: 'pg-blue', weight: 3 },
  { name: 'pg-green', weight: 1 },
];

const route: ObjectRef = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'TCPRoute', name: 'pg', namespace };

beforeAll(async () => {
  sandbox = await watchedSandbox();
  const { other } = sandbox;
  await other.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await Promise.all(
    [
      tcpRoute(twoBackends, {}, 'pg'),
      theirs('two-ports', [rule(5432, 'v1', 'v2'), rule(5433, 'v1', 'v2')]),
      theirs('two-rules', [rule(undefined, 'v1', 'v2'), rule(undefined, 'v1', 'v2')]),
    ].map((object) => other.apply(object)),
  );
});
afterAll(() => sandbox.stop());

describe('weight, for a route that takes them,', () => {
  const example = 'write VERSION=PERCENT, for example: v2=20';
  const names = 'name one of: blue, green';
  test.each([
    ['', 'no version was given a weight', example],
    ['v3=20', 'the route has no version v3; it has blue, green', names],
    ['--all-to v3', 'the route has no version v3; it has blue, green', names],
    ['green=20 green=30', 'version green is named twice, with 20% and 30%', 'name green once'],
    ['green=20 pg-green=30', 'version green is named twice, with 20% and 30%', 'name green once'],
    [
      'blue=50 green=40',
      'every version is named, and the percentages sum to 90%',
      'make them sum to 100%, or leave one out: it gets the rest',
    ],
    ['blue=80 green=20.5', 'the percentages sum to 100.5%, over 100%', 'lower them to 100% in all'],
    ['green=101', 'green=101 is over 100 percent', example],
    ['green=-1', 'green=-1 is negative; a percentage is 0 to 100', example],
    ['green=NaN', 'green=NaN: "NaN" is not a percentage', example],
    ['green=Infinity', 'green=Infinity: "Infinity" is not a percentage', example],
    ['green=', 'green= has no percentage after the "="', example],
    [
      '--all-to green blue=1',
      '--all-to green leaves nothing for blue=1',
      'use either --all-to VERSION or VERSION=PERCENT',
    ],
  ])('refuses %j', async (shares, error, hint) => {
    const line = `weight tcproute/pg -n ${namespace} ${shares}`;
    expect(await sandbox.refused(line)).toEqual({ exitCode: usage, error, hint });
  });
});

describe('a route that cannot be shifted', () => {
  const kinds = 'name a route as NAME, tcproute/NAME or virtualservice/NAME';
  const title = `VirtualService ${namespace}`;
  test.each([
    ['httproute/pg', usage, '"httproute" of "httproute/pg" is no kind of TCP route', kinds],
    ['tcproute/', usage, '"tcproute/" does not name a route', kinds],
    [
      'pg vs/two-rules',
      usage,
      'one route can be shifted at a time, and pg and vs/two-rules were named',
      'name one route, and write shares with "=", for example: v2=20',
    ],
    ['vs/pg --api gateway-api', usage, '"vs/pg" is not of --api gateway-api', 'leave out --api, or use --api istio'],
    [
      'tcproute/mysql',
      cluster,
      `no TCPRoute mysql in namespace ${namespace}; there is tcproute/pg`,
      'name one of them: tcproute/pg',
    ],
    [
      'vs/two-ports',
      usage,
      `${title}/two-ports has several TCP matches that fit: tcp[0] (port 5432), tcp[1] (port 5433)`,
      'name one by its port: --listener-port 5432 or --listener-port 5433',
    ],
    [
      'vs/two-ports --listener-port 1',
      usage,
      `${title}/two-ports has no TCP rule for port 1; it has 5432, 5433`,
      'use --listener-port 5432',
    ],
    [
      'vs/two-rules',
      usage,
      `${title}/two-rules has several TCP matches that fit: tcp[0] (any port), tcp[1] (any port)`,
      `leave one that fits: kubectl edit virtualservice two-rules -n ${namespace}`,
    ],
  ])('%s', async (words, exitCode, error, hint) => {
    const line = `weight ${words} v2=20 -n ${namespace}`;
    expect(await sandbox.refused(line)).toEqual({ exitCode, error, hint });
  });

  test('is shifted once its port picks the match', async () => {
    const line = `weight vs/two-ports v2=20 --listener-port 5433 -n ${namespace} --dry-run=server --allow-unready --force-conflicts`;
    expect(await sandbox.run(line)).toMatchObject({ exitCode: 0 });
  });
});

describe('a route whose weights another manager owns', () => {
  const spec = async (): Promise<any> => (await sandbox.other.get(route))!.spec;
  const line = `weight tcproute/pg green=50 --wait none --allow-unready -n ${namespace}`;

  test('is left as it is, and the owner is named', async () => {
    const before = await sandbox.other.get(route);
    const result = await sandbox.run(line);
    expect(result).toMatchObject({ exitCode: conflict, stdout: '' });
    expect(result.stderr).toMatch(
      /^error: cannot apply TCPRoute shop\/pg: other managers own \.spec\.rules \(by "somebody"/m,
    );
    expect(result.stderr).toMatch(
      /^hint: take these fields over with --force-conflicts, or make the change through their owner$/m,
    );
    expect(await sandbox.other.get(route)).toEqual(before);
  });

  test('is shifted with --force-conflicts, and nothing else in it changes', async () => {
    const before = await spec();
    expect(await sandbox.run(`${line} --force-conflicts`)).toMatchObject({ exitCode: 0 });
    const weighed = before.rules[0].backendRefs.map((each: object) => ({ ...each, weight: 50 }));
    expect(await spec()).toEqual({ ...before, rules: [{ ...before.rules[0], backendRefs: weighed }] });
  });
});

describe('a route that somebody changes at the same moment', () => {
  /** Lets somebody write between the binary's look at the route and its write. */
  async function interrupted(line: string, change: (live: KubeObject) => KubeObject) {
    const live = (await sandbox.other.get(route))!;
    let begun = false;
    const once = ({ method }: { method: string }) => {
      if (method !== 'PATCH' || begun) return undefined;
      begun = true;
      void sandbox.other.apply(change(live), { force: true });
      return { do: 'delay', ms: 200 } as const;
    };
    return sandbox.meeting(once, () => sandbox.run(line));
  }
  const line = `weight tcproute/pg green=10 --wait none --allow-unready --force-conflicts -n ${namespace}`;

  test('elsewhere than in its weights is shifted all the same', async () => {
    const result = await interrupted(line, ({ metadata: { name }, ...rest }) => ({
      ...rest,
      metadata: { name, namespace, annotations: { team: 'db' } },
    }));
    expect(result).toMatchObject({ exitCode: 0 });
    const { metadata, spec } = (await sandbox.other.get(route))!;
    expect(metadata.annotations).toMatchObject({ team: 'db' });
    expect(spec.rules[0].backendRefs.map(({ weight }: { weight: number }) => weight)).toEqual([90, 10]);
  });

  test('in its weights keeps what they wrote', async () => {
    const wanted = tcpRoute(
      [
        { name: 'pg-blue', weight: 1 },
        { name: 'pg-green', weight: 1 },
      ],
      {},
      'pg',
    );
    const result = await interrupted(line.replace('green=10', 'green=20'), () => wanted);
    expect(result).toMatchObject({ exitCode: conflict, stdout: '' });
    expect(result.stderr).toMatch(
      /^error: somebody else changed the weights of TCPRoute pg at the same moment: blue=1 green=1$/m,
    );
    expect(result.stderr).toMatch(/^hint: tcpshift status tcproute\/pg -n shop$/m);
  });
});

describe('versions whose replies nothing tells apart', () => {
  beforeAll(async () => {
    const { other } = sandbox;
    const pg = ['blue', 'green'].map((colour) => service(`pg-${colour}`, { app: 'pg', colour }));
    await Promise.all([...pg, echoDeployment('v1', 'one')].map((object) => other.apply(object)));
  });

  test('cannot be verified', async () => {
    expect(await sandbox.refused(`verify tcproute/pg -n ${namespace}`)).toEqual({
      exitCode: usage,
      error: 'nothing tells the replies of blue, green apart: their pods are not tcp-echo servers',
      hint: "give --version-from with a named group, such as --version-from '^(?<version>v[0-9]+)'",
    });
  });

  test.each([
    ['(', '--version-from is not a regular expression of RE2: missing closing ): "("'],
    ['v.', '--version-from v. has no group named version'],
  ])('are not told apart by %s', async (pattern, error) => {
    expect(await sandbox.refused(`verify tcproute/pg -n ${namespace} --version-from ${pattern}`)).toEqual({
      exitCode: usage,
      error,
      hint: "write the version as a named group, for example: --version-from '^(?<version>\\S+)'",
    });
  });
});
