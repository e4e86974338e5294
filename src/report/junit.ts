import { xmlText } from './xml.ts';

interface JunitCase {
  name: string;
  /** How long it took. */
  seconds: number;
  result: 'pass' | 'fail' | 'inconclusive';
  /** One line on why, where it is no pass. */
  message?: string;
  /** Everything that helps to understand it. */
  details?: string;
}

export interface JunitSuite {
  name: string;
  /** When it started, ISO 8601. */
  time: string;
  cases: readonly JunitCase[];
  /** The normalised inputs, by name. */
  properties?: Readonly<Record<string, string>>;
}

/**
 * A verdict as JUnit XML, as CI servers read it. INCONCLUSIVE is an error rather than a skipped test, because a pipeline
 * that shifts traffic must not go on after it.
 */
export function junitXml({ name, time, cases, properties = {} }: JunitSuite): string {
  const count = (result: JunitCase['result']) => cases.filter((each) => each.result === result).length;
  const [tests, failures, errors] = [cases.length, count('fail'), count('inconclusive')];
  const seconds = round(cases.reduce((sum, each) => sum + each.seconds, 0));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ tests, failures, errors, time: seconds })}>`,
    `  <testsuite${attributes({ name, tests, failures, errors, skipped: 0, time: seconds, timestamp: time })}>`,
    ...propertyLines(properties),
    ...cases.flatMap((each) => caseLines(each, name)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function propertyLines(properties: Readonly<Record<string, string>>): string[] {
  const lines = Object.entries(properties).map(([name, value]) => `      <property${attributes({ name, value })}/>`);
  return lines.length === 0 ? [] : ['    <properties>', ...lines, '    </properties>'];
}

function caseLines({ name, seconds, result, message = '', details = '' }: JunitCase, classname: string): string[] {
  const opening = `    <testcase${attributes({ name, classname, time: round(seconds) })}`;
  if (result === 'pass') return details === '' ? [`${opening}/>`] : [`${opening}>`, output(details), '    </testcase>'];
  const tag = result === 'fail' ? 'failure' : 'error';
  return [
    `${opening}>`,
    `      <${tag}${attributes({ message, type: result })}>${xmlText(details)}</${tag}>`,
    '    </testcase>',
  ];
}

function output(text: string): string {
  return `      <system-out>${xmlText(text)}</system-out>`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlText(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
