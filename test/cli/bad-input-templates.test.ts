import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/cluster.ts';
import { refused } from '../helpers/refused.ts';

const template = 2;
const route = 'gateway-api/tcp-route.yaml';

const head = `apiVersion: {{ apiVersions.TCPRoute }}
kind: TCPRoute
metadata:
  name: tcp-echo
  namespace: {{ namespace }}
spec:
`;

async function folderWith(name: string, text: string): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
  return folder;
}

test.each([
  ['does not render', `${head}  rules: {{ rulez }}\n`, 'line 7: undefined variable: rulez'],
  ['is cut off', `${head}{% for version in versions %}\n`, 'line 7: tag {% for version in versions %} not closed'],
  ['is no YAML', `${head}  rules: [\n`, 'line 8: '],
  ['has a field of no kind', `${head}  rulez: []\n`, 'line 7: spec.rulez is not a field of this kind'],
  [
    'has a value of the wrong type',
    `${head}  rules:\n    - backendRefs:\n        - name: a\n          port: "9000"\n`,
    'line 10: spec.rules[0].backendRefs[0].port must be a whole number, got "9000"',
  ],
])('a template that %s is named with its line, and the field', async (_, text, found) => {
  const folder = await folderWith(route, text);
  const { exitCode, error, hint } = await refused(['render', '--templates', folder]);
  const file = join(folder, route);
  expect({ exitCode, hint }).toEqual({ exitCode: template, hint: `correct ${file}, or leave out --templates` });
  expect(error.slice(0, file.length + 2 + found.length)).toBe(`${file}, ${found}`);
});

test('a value that our own template cannot take is laid on the option that it comes from', async () => {
  expect(await refused(['render', '--gateway-class', ''])).toEqual({
    exitCode: template,
    error: 'templates/gateway-api/gateway.yaml, line 7: spec.gatewayClassName must not be empty',
    hint: 'correct the option that this value comes from',
  });
});

test.each([
  ['is not there', join('/', 'no', 'such', 'folder'), 'does not exist'],
  ['has no template', '', 'has none of the templates'],
])('a folder that %s', async (_, path, found) => {
  const folder = path || (await temporaryFolder());
  const { hint, ...rest } = await refused(['render', '--templates', folder]);
  expect(rest).toEqual({ exitCode: template, error: `--templates ${folder} ${found}` });
  expect(hint).toMatch(/^put one of these into it: .*gateway-api\/tcp-route\.yaml/);
});
