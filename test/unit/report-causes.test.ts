import { describe, expect, test } from 'vitest';
import { likelyCauses } from '../../src/report/causes.ts';
import type { VerdictReport } from '../../src/core/verdict/report.ts';
import { sentence } from '../../src/report/verdict-sentence.ts';
import { judgeOf, show } from '../helpers/judges.ts';

const route = { apiVersion: 'v1', kind: 'TCPRoute', name: 'tcp-echo', namespace: 'shop' };

function reportOn(counts: Record<string, number>, changes: Partial<VerdictReport> = {}): VerdictReport {
  const judgement = show(judgeOf({ maxFailureRate: 0.5 }), counts).judgement();
  return { ...judgement, route, from: 'local', address: '127.0.0.1:31400', elapsedMs: 1, ...changes };
}

const causesOf = (report: VerdictReport): string[] => likelyCauses(report).map(({ cause }) => cause);

describe('likely causes', () => {
  test('begin with the split that the route itself asks for, where it is another', () => {
    const wrong = { v1: 50, v2: 50 };
    expect(causesOf(reportOn(wrong))).toEqual([
      'the weights are not in every gateway yet',
      'the gateway chooses by client address',
      'a version without a ready endpoint',
      'another route takes the connections',
      'the connections do not pass the gateway',
    ]);
    expect(causesOf(reportOn(wrong, { routeAsks: { v1: 0.5, v2: 0.5 } }))[0]).toBe(
      'the route itself asks for another split than --expect',
    );
    expect(causesOf(reportOn(wrong, { from: 'port-forward' }))).not.toContain(
      'the connections do not pass the gateway',
    );
  });

  test('begin with a missing endpoint where connections failed, also where one version alone answered', () => {
    const report = reportOn({ v1: 240, '-': 60 });
    expect(report.reason).toMatchObject({ kind: 'sticky', sources: 1 });
    expect(causesOf(report)[0]).toBe('a version without a ready endpoint');
    const answers = report.versions[0]!.count;
    expect(answers).toBeLessThan(report.samples);
    expect(sentence(report)).toContain(`saw v1 only, ${answers} times`);
  });

  test('are none for a PASS, for an open question, and for samples without a cluster', () => {
    expect(causesOf(reportOn({ v1: 800, v2: 200 }))).toEqual([]);
    expect(causesOf(reportOn({ v1: 8, v2: 2 }))).toEqual([]);
    expect(causesOf(reportOn({ v1: 50, v2: 50 }, { route: null }))).toEqual([]);
  });

  test('of a change that does not come into force are those of a change', () => {
    const propagation = { inForce: false, waited: 900 };
    const report = reportOn({}, { propagation, attempt: 0 });
    expect(causesOf(report)[0]).toBe('the weights are not in every gateway yet');
    expect(sentence(report)).toBe('INCONCLUSIVE: the new split did not show itself in 900 connections');
  });
});
