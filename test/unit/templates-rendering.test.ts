import * as fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { newestVersions } from '../../src/routing/choose-api.ts';
import type { SetupValues } from '../../src/manifests/templates.ts';
import { renderRoute, renderSetup, taskVersions, toYaml } from '../../src/manifests/templates.ts';
import { rejection } from '../helpers/refusal.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder with these templates in it. */
function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tcpshift-templates-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const values: SetupValues = {
  api: 'istio',
  apiVersions: newestVersions('istio').apiVersions,
  namespace: 'ns',
  port: 31400,
  versions: taskVersions,
  gatewayClass: 'istio',
  inject: false,
  client: false,
};

const route = 'istio/virtual-service.yaml';

/** What rendering the route says when this text is its template, without the folder's name. */
async function complaint(text: string, more: Record<string, string> = {}) {
  const templatesDir = folderOf({ [route]: text, ...more });
  const error = await rejection(renderRoute(values, { templatesDir }));
  expect(error).toMatchObject({ kind: 'template', exitCode: 2 });
  expect(error.message).not.toContain('\n');
  return error.message.replace(`${templatesDir}/`, '');
}

const head = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: tcp-echo
spec:
  hosts: ["*"]
`;

describe('a folder of templates', () => {
  test('overrides the files that it has, and no others', async () => {
    const templatesDir = folderOf({ [route]: `${head}  gateways: [other]\n` });
    const documents = await renderSetup(values, { templatesDir });
    expect(documents.at(-1)!.object.spec).toEqual({ hosts: ['*'], gateways: ['other'] });
    expect(documents.map(({ object }) => object.kind)).toContain('DestinationRule');
  });

  test("labels its objects as tcpshift's", async () => {
    const templatesDir = folderOf({ [route]: head });
    const [document] = await renderRoute(values, { templatesDir });
    expect(document!.object.metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'tcpshift' });
  });

  test('may leave a template empty, and may have partials', async () => {
    expect(await renderRoute(values, { templatesDir: folderOf({ [route]: '# nothing\n' }) })).toEqual([]);
    const templatesDir = folderOf({
      [route]: `${head}{% render "gateways.yaml", port: port %}`,
      'gateways.yaml': '  gateways: [{{ "p" | append: port }}]',
    });
    expect((await renderRoute(values, { templatesDir }))[0]!.object.spec.gateways).toEqual(['p31400']);
  });

  test('must be there, and must override something', async () => {
    const missing = join(folderOf({}), 'nowhere');
    expect((await rejection(renderRoute(values, { templatesDir: missing }))).message).toBe(
      `--templates ${missing} does not exist`,
    );
    const misspelt = folderOf({ 'istio/virtualservice.yaml': head });
    const error = await rejection(renderRoute(values, { templatesDir: misspelt }));
    expect(error.message).toBe(`--templates ${misspelt} has none of the templates`);
    expect(error.hint).toContain(route);
  });

  test('cannot be read where a folder has a template’s name', async () => {
    const templatesDir = folderOf({ [`${route}/x`]: '' });
    expect((await rejection(renderRoute(values, { templatesDir }))).message).toContain('cannot be read');
  });
});

describe('a template that does not render', () => {
  test.each<[string, string, string]>([
    ['an unknown variable', `${head}  gateways: [{{ gateway }}]\n`, 'line 7: undefined variable: gateway'],
    ['an unknown filter', `${head}  gateways: [{{ port | shout }}]\n`, 'line 7: undefined filter: shout'],
    ['an open tag', `${head}\n  {% for v in versions %}\n`, 'line 8: tag {% for v in versions %} not closed'],
    ['an unknown tag', `{% exec "ls" %}\n`, 'line 1: tag "exec" not found'],
    ['a file outside', `a: 1\n{% render "../../../etc/passwd" %}\n`, 'line 2: ENOENT: Failed to lookup'],
    ['a prototype', `a: {{ versions.constructor }}\n`, 'line 1: undefined variable: versions.constructor'],
    ['a range without end', `{% for i in (1..2000000000) %}{% endfor %}`, 'line 1: memory alloc limit exceeded'],
  ])('names the line of %s', async (_, text, message) => {
    expect(await complaint(text)).toMatch(new RegExp(`^${route}, ${message.replace(/[{}()[\]*?|.]/g, '\\$&')}`));
  });
});

describe('a template that renders to something else', () => {
  test.each<[string, string, string]>([
    ['YAML that does not parse', `${head}  gateways: [a\n  tcp: 1\n`, 'line 8: '],
    ['a key twice', `${head}  hosts: ["a"]\n`, 'line 7: Map keys must be unique'],
    ['no object', '- 1\n', 'line 1: the document is not an object with apiVersion, kind and metadata.name'],
    [
      'no name',
      'apiVersion: v1\nkind: Service\nmetadata: {}\n',
      'line 3: metadata.name must be a string that is not empty',
    ],
    ['no kind', 'apiVersion: v1\n', 'line 1: kind must be a string that is not empty'],
    ['an unknown field', `${head}  gatways: []\n`, 'line 7: spec.gatways is not a field of this kind'],
    [
      'a wrong type in the second document',
      `${head}---\n${head}  tcp:\n    - match:\n        - port: "31400"\n`,
      'line 16: spec.tcp[0].match[0].port must be a whole number, got "31400"',
    ],
  ])('names line and field of %s', async (_, text, message) => {
    expect(await complaint(text)).toContain(`${route}, ${message}`);
  });

  test('counts the lines of the template, not of what it renders to', async () => {
    const text = `${head}  tcp:
    - route:
        {%- for version in versions %}
        - destination: {host: tcp-echo}
        {%- endfor %}
    - route:
        {% for version in versions %}
        - destination: {host: tcp-echo}
          {% if version.weight == 0 %}
          wait: {{ version.weight }}
          {% endif %}
        {% endfor %}
`;
    expect(await complaint(text)).toBe(`${route}, line 16: spec.tcp[1].route[1].wait is not a field of this kind`);
  });

  test('counts lines also after tags and outputs of several lines', async () => {
    const text = `{% comment %}\nlong\n{% endcomment %}\n${head.replace('tcp-echo', '{{\n "tcp-echo"\n}}')}  {%\n if inject == false %}\n  wait: 1\n  {% endif %}\n`;
    expect(await complaint(text)).toBe(`${route}, line 14: spec.wait is not a field of this kind`);
  });

  test('stops at aliases that multiply without bound', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`,
    );
    expect(await complaint(`a0: &a0 [x]\n${levels.join('\n')}\n`)).toContain('alias');
  });

  test("of tcpshift's own is the fault of a value", async () => {
    const error = await rejection(renderRoute({ ...values, port: 1.5 }));
    expect(error.message).toBe(
      'templates/istio/virtual-service.yaml, line 11: spec.tcp[0].match[0].port must be a whole number, got 1.5',
    );
    expect(error.hint).toBe('correct the option that this value comes from');
  });
});

describe('values', () => {
  test('cannot break the YAML or come out as anything else than themselves', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1 }),
        fc.string({ unit: 'binary' }),
        async (name, prefix) => {
          const versions = [
            { name, prefix, weight: 7 },
            { name: 'v2', prefix: 'two', weight: 0 },
          ];
          const documents = await renderSetup({ ...values, namespace: name, versions });
          expect(documents).toHaveLength(7);
          const [created, , deployment] = documents.map(({ object }) => object);
          expect(created!.metadata.name).toBe(name);
          expect(deployment!.metadata.name).toBe(`tcp-echo-${name}`);
          expect(deployment!.spec.template.spec.containers[0].args).toEqual(['9000,9001,9002', prefix]);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('objects as YAML', () => {
  test('have a document each', () => {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } };
    expect(toYaml([object, object])).toBe(
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n',
    );
  });

  test('read back the same in YAML 1.2 and in the YAML 1.1 of kubectl', () => {
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom('on', 'yes', 'n', 'null', '~', '1:30', '0o7', '017', '1_0', '2001-01-01', '<<', '='),
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 4 }), (args) => {
        const object = { apiVersion: 'v1', kind: 'X', metadata: { name: args[0] ?? 'n' }, spec: { args } };
        for (const version of ['1.1', '1.2'] as const) {
          const documents = parseAllDocuments(toYaml([object, object]), { version });
          expect(documents.map((document) => document.toJS())).toEqual([object, object]);
        }
      }),
    );
  });
});
