import { Liquid } from 'liquidjs';
import { asOurs } from '../core/ownership.ts';
import type { KubeObject } from '../core/objects.ts';
import { ShiftError } from '../errors.ts';
import { fieldProblems } from '../schema/field-problems.ts';
import type { ManifestText } from './yaml-text.ts';
import { parseManifests } from './yaml-text.ts';
import { numberLines, readNumbers } from './source-lines.ts';
import type { TemplateFile } from './template-files.ts';

export interface RenderedDocument {
  object: KubeObject;
  /** The template's path below the templates folder: `istio/gateway.yaml`. */
  template: string;
}

function engineFor({ roots }: TemplateFile): Liquid {
  return new Liquid({
    root: [...roots],
    relativeReference: false,
    outputEscape: 'json',
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // A template of the task takes under 100 ms and 10,000 steps; a loop without end stops here.
    renderLimit: 5000,
    memoryLimit: 1_000_000,
  });
}

function failure(file: TemplateFile, place: string, problem: string, cause?: unknown): ShiftError {
  const hint = file.overridden
    ? `correct ${file.title}, or leave out --templates`
    : 'correct the option that this value comes from';
  return new ShiftError('template', `${file.title}, ${place}: ${problem}`, { hint, cause });
}

/** What LiquidJS attaches to its errors. */
interface LiquidFailure extends Error {
  originalError?: Error;
  token?: { getPosition?(): [row: number, column: number] };
}

async function renderText(file: TemplateFile, text: string, values: object): Promise<string> {
  const engine = engineFor(file);
  try {
    return (await engine.render(engine.parse(text), values)) as string;
  } catch (cause) {
    const { originalError, message, token } = cause as LiquidFailure;
    const problem = (originalError?.message ?? message).replace(/, line:\d+, col:\d+$/, '').replaceAll('\n', ' ');
    throw failure(file, `line ${token?.getPosition?.()[0] ?? 1}`, problem, cause);
  }
}

/** The template's own line for a place in what it renders to, by rendering it once more with numbered lines. */
async function sourceLine(file: TemplateFile, values: object, find: (text: ManifestText) => number): Promise<string> {
  const { text, sourceLine } = readNumbers(await renderText(file, numberLines(file.text), values));
  return `line ${sourceLine(find(parseManifests(text)))}`;
}

/** What keeps a value from being a Kubernetes object at all. */
function shapeProblem(value: unknown): { field: string; problem: string } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { field: '', problem: 'is not an object with apiVersion, kind and metadata.name' };
  }
  const object = value as Partial<KubeObject>;
  const fields = { apiVersion: object.apiVersion, kind: object.kind, 'metadata.name': object.metadata?.name };
  const missing = Object.entries(fields).find(([, text]) => typeof text !== 'string' || text === '');
  return missing && { field: missing[0], problem: 'must be a string that is not empty' };
}

/**
 * The documents of one template, each checked against the schema of its kind and labelled as tcpshift's.
 * @throws ShiftError template: names the file, the line in it, and the field
 */
export async function renderTemplate(file: TemplateFile, values: object): Promise<RenderedDocument[]> {
  const parsed = parseManifests(await renderText(file, file.text, values));
  if (parsed.error) {
    const { line, problem } = parsed.error;
    throw failure(file, await sourceLine(file, values, ({ error }) => error?.line ?? line), problem);
  }
  for (const [index, value] of parsed.values.entries()) {
    const found = shapeProblem(value) ?? fieldProblems(value as KubeObject)[0];
    if (found) {
      const place = await sourceLine(file, values, (text) => text.lineOf(index, found.field));
      throw failure(file, place, `${found.field || 'the document'} ${found.problem}`);
    }
  }
  return parsed.values.map((value) => ({ object: asOurs(value as KubeObject), template: file.name }));
}
