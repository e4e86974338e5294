import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { junitXml, type JunitSuite } from '../../src/report/junit.ts';

const suite: JunitSuite = {
  name: 'tcproute/tcp-echo',
  time: '2026-11-22T17:00:00.000Z',
  properties: { alpha: '0.05' },
  cases: [
    { name: 'v1 gets 80 % ± 5 points', seconds: 1.23456, result: 'pass' },
    { name: 'v2 gets 20 % ± 5 points', seconds: 0.5, result: 'fail', message: 'v2 gets 31 %', details: 'a < b\nc' },
    { name: 'at most 1 % fail', seconds: 0, result: 'inconclusive', message: 'too few connections' },
    { name: 'drift', seconds: 0, result: 'pass', details: 'none & nothing' },
  ],
};

test('a verdict as CI servers read it; inconclusive is an error', () => {
  expect(junitXml(suite)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" errors="1" time="1.735">
  <testsuite name="tcproute/tcp-echo" tests="4" failures="1" errors="1" skipped="0" time="1.735" timestamp="2026-11-22T17:00:00.000Z">
    <properties>
      <property name="alpha" value="0.05"/>
    </properties>
    <testcase name="v1 gets 80 % ± 5 points" classname="tcproute/tcp-echo" time="1.235"/>
    <testcase name="v2 gets 20 % ± 5 points" classname="tcproute/tcp-echo" time="0.5">
      <failure message="v2 gets 31 %" type="fail">a &lt; b
c</failure>
    </testcase>
    <testcase name="at most 1 % fail" classname="tcproute/tcp-echo" time="0">
      <error message="too few connections" type="inconclusive"></error>
    </testcase>
    <testcase name="drift" classname="tcproute/tcp-echo" time="0">
      <system-out>none &amp; nothing</system-out>
    </testcase>
  </testsuite>
</testsuites>
`);
});

test('no text can break the document', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const xml = junitXml({
        ...suite,
        name: text,
        properties: { [text]: text },
        cases: [{ name: text, seconds: 0, result: 'fail', message: text, details: text }],
      });
      expect(xml).toMatch(/^[\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
      expect(xml.replaceAll(/&(amp|lt|gt|quot|#10|#13);/g, '')).not.toContain('&');
      expect(xml.match(/</g)).toHaveLength(12);
    }),
  );
});
