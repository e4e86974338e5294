import { expect, test } from 'vitest';
import { findExchange, needExchange } from '../../src/operations/probing/probe-spec.ts';
import { routingApis } from '../../src/routing/apis.ts';
import { tcpRoute } from '../helpers/manifests.ts';
import { memorySession } from '../helpers/memory-session.ts';
import { rejection } from '../helpers/refusal.ts';

const api = routingApis['gateway-api'];
const view = api.readRoute(
  tcpRoute([
    { name: 'pg-blue', weight: 1 },
    { name: 'pg-green', weight: 1 },
  ]),
);
const target = { api, view, namespace: 'default' };
const { session } = memorySession({ objects: [] });

test('what is said on a connection does not depend on whether its reply tells the version', async () => {
  const spec = { send: 'whoami', readFirst: true, timeoutMs: 77 };
  const { exchange, tellsVersions } = await findExchange(spec, target, session);
  expect(tellsVersions).toBe(false);
  expect(exchange).toMatchObject(spec);
  expect(exchange.classify('pg-blue')).toBeNull();
});

test('where versions have to be told apart, the lack of a way is said', async () => {
  expect(await rejection(needExchange({}, target, session))).toMatchObject({
    kind: 'usage',
    message: 'nothing tells the replies of blue, green apart: their pods are not tcp-echo servers',
  });
});
