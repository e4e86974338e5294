import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consumer, tenLinesText, type Consumer } from '../helpers/consumer.ts';
import { inProcess } from '../helpers/in-process.ts';
import { testSandbox, type TestSandbox } from '../helpers/sandbox.ts';

const namespace = 'istio-io-tcp-traffic-shifting';

/** Loads the library, and tells what that left behind in the process. */
const importing = `
const look = () => JSON.stringify({
  listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  resources: process.getActiveResourcesInfo(),
  globals: Object.getOwnPropertyNames(globalThis),
  env: process.env,
});
const before = look();
await import('tcpshift');
if (look() !== before) throw new Error(\`\${before} became \${look()}\`);
export {};
`;

/** Names every type that stands in a signature. */
const naming = `
import { planVerification, ShiftError } from 'tcpshift';
import type { Assignment, ConnectOptions, ErrorKind, JudgeSpec, Plan, ProbingSpec, Progress, Question, RouteLock, TargetQuery,
  Session, ShiftOptions, ShiftResult, Source, Split, StatusResult, Step, Target, VerdictReport, VerifyOptions } from 'tcpshift';
import type { ComparedConnection, ComparedOutcome, CounterComparison, CounterWindow, CutJudgement, CutQuestion, FailureComparison,
  FailureQuestion, HeldConnections, LatencyComparison, LatencyLimit, LatencyQuestion, ObservedQuantile, QuantileComparison, QuantileQuestion, RampGate,
  RampJudgement, RampQuestion, RampStep, SlowComparison, StepGate, StepJudgement } from 'tcpshift';

export type All = [Assignment, ConnectOptions, ErrorKind, JudgeSpec, Plan, ProbingSpec, Progress, Question, RouteLock, TargetQuery,
  Session, ShiftOptions, ShiftResult, Source, Split, StatusResult, Step, Target, VerdictReport, VerifyOptions];
export type Compared = [ComparedConnection, ComparedOutcome, CounterComparison, CounterWindow, CutJudgement, CutQuestion, FailureComparison,
  FailureQuestion, HeldConnections, LatencyComparison, LatencyLimit, LatencyQuestion, ObservedQuantile, QuantileComparison, QuantileQuestion, RampGate,
  RampJudgement, RampQuestion, RampStep, SlowComparison, StepGate, StepJudgement];
export const kindOf = (error: unknown): ErrorKind | undefined => (error instanceof ShiftError ? error.kind : undefined);
// @ts-expect-error: a question is no text
export const wrong = (): Plan => planVerification('v2=20');
`;

describe.each(['nodenext', 'bundler'] as const)('the package, in a project with %s', (resolution) => {
  let project: Consumer;

  beforeAll(async () => {
    project = await consumer(resolution);
    await project.compile({ tenLines: await tenLinesText(), importing, naming });
  }, 60_000);
  afterAll(() => project.remove());

  it('leaves the process as it is, which ends by itself', async () => {
    expect(await project.run('importing', [], {})).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  describe('with a cluster', () => {
    let sandbox: TestSandbox;

    beforeAll(async () => {
      sandbox = await testSandbox();
      await inProcess(['setup', '--port', `${sandbox.port}`], sandbox.kubeconfig);
    });
    afterAll(() => sandbox.stop());

    it('shifts and verifies in ten lines, and says nothing of its own', async () => {
      const args = ['tcp-echo', namespace, 'v2=20'];
      const { exitCode, stdout, stderr } = await project.run('tenLines', args, { KUBECONFIG: sandbox.kubeconfig });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({
        split: [
          { version: 'v1', weight: 80 },
          { version: 'v2', weight: 20 },
        ],
        proof: 'observed',
        verdict: 'pass',
      });
    });
  });
});
