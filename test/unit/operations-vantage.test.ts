import { expect, test } from 'vitest';
import { openVantage } from '../../src/operations/probing/vantage.ts';
import type { Session } from '../../src/operations/session.ts';
import { routingApis } from '../../src/routing/apis.ts';
import { manualClock } from '../helpers/manual-clock.ts';
import { tcpRoute } from '../helpers/manifests.ts';
import { memorySession } from '../helpers/memory-session.ts';
import { rejection } from '../helpers/refusal.ts';
import { listen } from '../helpers/tcp-server.ts';

const api = routingApis['gateway-api'];
const target = { api, view: api.readRoute(tcpRoute([{ name: 'pg', weight: 1 }])), namespace: 'default' };

test('an address where nobody answers is given up when its time is over by the clock of the session', async () => {
  const { port } = await listen(() => {});
  const clock = manualClock();
  const { session } = memorySession({ objects: [] });
  const timed: Session = { ...session, io: { ...session.io, clock } };
  const refused = rejection(openVantage({ host: '127.0.0.1', port, tls: true }, target, timed));
  await clock.asleep(2000);
  clock.advance(2000);
  expect(await refused).toMatchObject({
    kind: 'unreachable',
    message: `cannot reach 127.0.0.1:${port}: no answer in 2 s`,
  });
});
