import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { temporaryFolder } from '../helpers/cluster.ts';
import { taskSandbox } from '../helpers/task-sandbox.ts';
import { freePort } from '../helpers/free-port.ts';

const [usage, inconclusive, unreachable] = [2, 3, 6];
const test = taskSandbox({}, { picker: 'sticky' });

describe('a gateway that cannot be reached', () => {
  test.for(['probe', 'verify'])('%s on a port that nothing listens on', async (command, { sandbox }) => {
    const port = await freePort();
    expect(await sandbox.refused(`${command} --port ${port}`)).toEqual({
      exitCode: unreachable,
      error: `cannot reach 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
      hint: 'tcpshift status',
    });
  });

  test('a host without an address', async ({ sandbox }) => {
    const { exitCode, error } = await sandbox.refused('probe --host nowhere.invalid --port 1');
    expect(exitCode).toBe(unreachable);
    expect(error).toMatch(/^cannot reach nowhere\.invalid:1: getaddrinfo E/);
  });

  test('TLS to a listener that speaks none, which is not gone round by another way', async ({ sandbox }) => {
    expect(await sandbox.refused('probe --tls')).toEqual({
      exitCode: unreachable,
      error: `cannot reach 127.0.0.1:${sandbox.port}: TLS failed: wrong version number`,
      hint: 'tcpshift status',
    });
  });
});

test('an address that this machine does not have', async ({ sandbox }) => {
  expect(await sandbox.refused('verify --source-address 192.0.2.1')).toEqual({
    exitCode: usage,
    error: 'this machine cannot open another connection: bind EADDRNOTAVAIL 192.0.2.1',
    hint: 'raise --interval, so that local ports become free again, or name a source address of this machine',
  });
});

test.for([
  ['--tls --from pod', '--tls does not go with --from pod'],
  ['--source-address 127.0.0.1 --from port-forward', '--source-address does not go with --from port-forward'],
  ['--host 127.0.0.1 --from port-forward', '--host does not go with --from port-forward'],
  ['--port 31400 --from port-forward', '--port does not go with --from port-forward'],
])('options that contradict each other: %s', async ([options, error], { sandbox }) => {
  expect(await sandbox.refused(`verify ${options}`)).toEqual({ exitCode: usage, error, hint: 'use --from local' });
});

describe('a question that no probe can answer', () => {
  test.for([
    ['--expect v3=20', 'the route has no version v3; it has v1, v2', 'name one of: v1, v2'],
    ['--expect v2=20 --expect v2=30', 'version v2 is named twice, with 20% and 30%', 'name v2 once'],
    ['--alpha 0.9', '--alpha 0.9 cannot decide anything: it can be from 1e-12 to 0.5', 'use --alpha 0.5'],
    [
      '--expect v2=20 --max-probes 3',
      '--max-probes 3 cannot decide anything: it must be 199 at least',
      'use --max-probes 199',
    ],
    [
      '--samples no-such-file',
      "cannot read samples from no-such-file: ENOENT: no such file or directory, open 'no-such-file'",
      'record them: tcpshift probe -o ndjson > samples.ndjson',
    ],
  ])('verify %s', async ([options, error, hint], { sandbox }) => {
    expect(await sandbox.refused(`verify ${options}`)).toEqual({ exitCode: usage, error, hint });
  });

  test('samples that are none are named with their line', async ({ sandbox }) => {
    const file = join(await temporaryFolder(), 'samples.ndjson');
    await writeFile(file, 'one Sun Nov 22\n');
    const { exitCode, error, hint } = await sandbox.refused(`verify --samples ${file} --expect v2=20`);
    expect({ exitCode, hint }).toEqual({ exitCode: usage, hint: 'record samples anew: tcpshift probe -o ndjson' });
    expect(error).toMatch(`${file}:1 is no sample: `);
  });
});

describe('a gateway that chooses by client address', () => {
  test('cannot show a shift, which is said beside the proof that is to be had', async ({ sandbox }) => {
    const result = await sandbox.run('weight v2=20 --timeout 4s');
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stdout).toMatch(/^programmed: {2}in the one gateway pod, after [\d.]+m?s$/m);
    expect(result.stdout).toMatch(
      /^not proved: {2}\d+ connections through \S+ in [\d.]+m?s do not obey the new weights$/m,
    );
  });

  test('leaves a shift unproved where just this proof is asked for', async ({ sandbox }) => {
    const result = await sandbox.run('weight v2=25 --timeout 4s --wait observed');
    expect(result).toMatchObject({ exitCode: inconclusive });
    expect(result.stderr).toMatch(
      /^error: v1=75 v2=25 is written, but not proved: \d+ connections through \S+ in [\d.]+m?s do not obey the new weights$/m,
    );
    expect(result.stderr).toMatch(/^hint: tcpshift status$/m);
  });

  test('leaves the verdict open, with the reason and what to do', async ({ sandbox }) => {
    const result = await sandbox.run('verify');
    expect(result).toMatchObject({ exitCode: inconclusive });
    expect(result.stdout).toMatch(/^INCONCLUSIVE: one client address saw v\d only, \d+ times: /);
    expect(result.stdout).toContain('verify --from pod, or --source-address with several addresses');
    expect(result.stderr).not.toMatch(/^error:/m);
  });
});
