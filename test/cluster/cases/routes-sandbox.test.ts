/** The same cases on the sandbox, which has the same kinds beside every profile. */
import { afterAll, beforeAll } from 'vitest';
import { testSandbox, type TestSandbox } from '../../helpers/sandbox.ts';
import { deprecatedVersionCases } from './deprecated-version.ts';
import { foreignTcpRouteCases } from './foreign-tcp-route.ts';
import { foreignVirtualServiceCases } from './foreign-virtual-service.ts';
import { caseTarget } from './task.ts';
import type { ApiName, Target } from '../parity/target.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await testSandbox();
});

afterAll(() => sandbox.stop());

const target = (namespace: string, api?: ApiName): Target => ({
  ...caseTarget(namespace, api),
  kubeconfig: sandbox.kubeconfig,
  gatewayClass: 'istio',
});

foreignVirtualServiceCases('sandbox', async () => target('case-virtual-service', 'istio'));
foreignTcpRouteCases('sandbox', async () => target('case-tcp-route'));
deprecatedVersionCases('sandbox', async () => target('case-deprecated'));
