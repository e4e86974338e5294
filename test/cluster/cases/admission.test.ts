/** Those who may refuse a write beside the API server itself: their words are shown whole, and nothing is written. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { base64, certificates } from '../../helpers/certificates.ts';
import { document, kubectl, tcpshift } from '../parity/target.ts';
import { until } from '../stack/until.ts';
import { abandon, caseTarget, fingerprint, said, setUp } from './task.ts';

const target = caseTarget('case-admission');
const group = 'admissionregistration.k8s.io/v1';
const routes = { apiGroups: ['gateway.networking.k8s.io'], apiVersions: ['*'], operations: ['UPDATE'] };
const rules = [{ ...routes, resources: ['tcproutes'] }];
const ofCase = { matchLabels: { 'kubernetes.io/metadata.name': target.namespace } };

const apply = (object: object) => kubectl(target, ['apply', '-f', '-'], JSON.stringify(object));

/** Applies objects that are for the whole cluster; they go with the test. */
async function applyForTest(...objects: { kind: string; metadata: { name: string } }[]): Promise<void> {
  onTestFinished(async () => {
    for (const { kind, metadata } of objects) await kubectl(target, ['delete', kind, metadata.name]);
  });
  for (const object of objects) await apply(object);
}

/** Resolves when a write of these weights meets the rule of this name: the API server takes new rules up a little later. */
function enforced(share: string, name: string): Promise<unknown> {
  return until(`${name} is enforced`, async () => {
    const { stderr } = await tcpshift(target, 'weight', share, '--dry-run', 'server');
    return stderr.includes(name);
  });
}

/** Looks whether everything that would write the weights is refused, and leaves all as it was; resolves with the one reason that was given. */
async function refusalOf(share: string): Promise<string> {
  const before = await fingerprint(target);
  const reasons = new Set<string>();
  for (const args of [
    ['weight', share],
    ['weight', share, '--dry-run', 'server'],
    ['diff', 'weight', share],
  ]) {
    const { exitCode, stdout, stderr } = await tcpshift(target, ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' });
    expect(said(stderr, 'hint')).toHaveLength(1);
    for (const error of said(stderr, 'error')) reasons.add(error);
  }
  expect(await fingerprint(target)).toBe(before);
  return [...reasons]
    .join('\n')
    .replace('cannot apply TCPRoute case-admission/tcp-echo: the API server rejects it: ', '');
}

beforeAll(() => setUp(target));

afterAll(() => abandon(target));

describe('a ValidatingAdmissionPolicy', () => {
  const message =
    'A new version gets at most 50 % of the connections until a change request is approved: open one at https://changes.example.com/new?service=tcp-echo, wait for two approvals of the payments team, and name it in the annotation changes.example.com/request. Questions: #platform-help. This is rule 4.2.1 of the guide to progressive delivery.';
  const policy = (name: string, reason?: string) => ({
    apiVersion: group,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      matchConstraints: { resourceRules: rules, namespaceSelector: ofCase },
      validations: [
        {
          expression: 'object.spec.rules.all(r, r.backendRefs.all(b, !b.name.endsWith("-v2") || b.weight <= 50))',
          message,
          ...(reason ? { reason } : {}),
        },
      ],
    },
  });
  const binding = (name: string, action: string) => ({
    apiVersion: group,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: [action] },
  });

  test.each(['Invalid', 'Forbidden'])('that refuses as %s is quoted, and smaller steps go on', async (reason) => {
    const name = `case-steps-${reason.toLowerCase()}`;
    await applyForTest(policy(name, reason), binding(name, 'Deny'));
    await enforced('v2=51', name);
    const denial = `ValidatingAdmissionPolicy '${name}' with binding '${name}' denied request: `;
    expect(await refusalOf('v2=60')).toContain(`${denial}${message.slice(0, -1)}`);
    expect(await document(target, 'weight', 'v2=50', '--wait', 'none')).toBeTruthy();
  });

  test('that only warns is quoted once, and obeyed', async () => {
    const name = 'case-steps-warning';
    await applyForTest(policy(name), binding(name, 'Warn'));
    await enforced('v2=60', name);
    const { exitCode, stdout, stderr } = await tcpshift(
      target,
      'weight',
      'v2=60',
      '--wait',
      'programmed',
      '-o',
      'json',
    );
    expect({ exitCode, level: JSON.parse(stdout).proof.level }).toEqual({ exitCode: 0, level: 'programmed' });
    expect(said(stderr, 'warning')).toEqual([expect.stringContaining(`'${name}': ${message}`)]);
  });
});

describe('a validating webhook', () => {
  const configuration = (name: string, clientConfig: object) => ({
    apiVersion: group,
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        clientConfig,
        rules,
        namespaceSelector: ofCase,
      },
    ],
  });

  test.each([403, 404])('that refuses with %i is quoted, on one line', async (code) => {
    const name = `gate-${code}.example.com`;
    const webhook = await startWebhook({ code, message: 'not on Fridays:\n  see the calendar' });
    await applyForTest(configuration(name, webhook));
    await enforced('v2=30', name);
    expect(await refusalOf('v2=30')).toBe(
      `admission webhook "${name}" denied the request: not on Fridays: see the calendar`,
    );
  });

  test('that cannot be asked is named', async () => {
    const name = 'gone.example.com';
    await applyForTest(configuration(name, { url: 'https://127.0.0.1:1/' }));
    await enforced('v2=30', name);
    const { exitCode, stderr } = await tcpshift(target, 'weight', 'v2=30');
    expect(exitCode).toBe(5);
    expect(said(stderr, 'error')[0]).toContain(`failed calling webhook "${name}"`);
    expect(said(stderr, 'hint')[0]).toMatch(`see to webhook ${name}: `);
  });
});

/** Starts a webhook that refuses everything, until the test ends; resolves with how the API server reaches it. */
async function startWebhook(status: { code: number; message: string }): Promise<object> {
  const { server: pems } = await certificates();
  const server = createServer(pems, (request, response) => {
    void json(request).then(({ apiVersion, kind, request: { uid } }: any) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion, kind, response: { uid, allowed: false, status } }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/`, caBundle: base64(pems.cert) };
}
