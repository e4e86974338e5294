import type { Node } from 'yaml';
import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, stringify } from 'yaml';
import type { KubeObject } from '../core/objects.ts';

/** A problem of a text, with its line, from 1. */
interface TextProblem {
  problem: string;
  line: number;
}

/** Documents of a YAML text, without empty ones, and the lines in it. */
export interface ManifestText {
  values: unknown[];
  /** The first thing that makes the text no YAML. */
  error: TextProblem | undefined;
  /** The line of a field such as `spec.ports[0].port` in one document, or of what is nearest above it where it is missing. */
  lineOf: (document: number, field: string) => number;
}

/** Reads a YAML text with any number of documents; never throws. */
export function parseManifests(text: string): ManifestText {
  const lines = new LineCounter();
  const lineAt = (offset = 0) => lines.linePos(offset).line;
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents = ('empty' in parsed ? [] : parsed).filter(({ contents, errors }) => contents || errors.length > 0);
  const values: unknown[] = [];
  let error: TextProblem | undefined;
  for (const document of documents) {
    const [broken] = document.errors;
    if (broken) error ??= { problem: broken.message, line: lineAt(broken.pos[0]) };
    try {
      values.push(document.toJS());
    } catch (cause) {
      // Such as aliases that multiply without bound.
      error ??= { problem: (cause as Error).message, line: lineAt(document.contents?.range?.[0]) };
    }
  }
  return {
    values,
    error,
    lineOf: (document, field) => lineAt(nodeAt(documents[document]?.contents ?? null, field)?.range?.[0]),
  };
}

/** One step down: the node that a path begins with, the node to point at for it, and what is left of the path. */
interface PathStep {
  next: Node | null;
  at: Node;
  rest: string;
}

function stepInto(node: Node, path: string): PathStep | undefined {
  if (isSeq(node)) {
    const [index, digits] = /^\[(\d+)\]\.?/.exec(path) ?? [''];
    const next = node.items[Number(digits)] as Node | undefined;
    return next && { next, at: next, rest: path.slice(index.length) };
  }
  if (!isMap(node)) return undefined;
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const rest = path.slice(name.length);
    // Keys may contain dots themselves, so the path is compared with the keys that are there.
    if (path.startsWith(name) && /^(?:$|[.[])/.test(rest)) {
      return { next: value as Node | null, at: key as Node, rest: rest.replace(/^\./, '') };
    }
  }
  return undefined;
}

/** The node to point at for a field, or for what is nearest above it. */
function nodeAt(root: Node | null, field: string): Node | null {
  let step: PathStep | undefined = root ? { next: root, at: root, rest: field } : undefined;
  let at = root;
  while (step) {
    ({ at } = step);
    step = step.next && step.rest !== '' ? stepInto(step.next, step.rest) : undefined;
  }
  return at;
}

/**
 * Objects as one YAML text, `---` between them. Strings that YAML 1.1 would take for something else (`on`, `1:30`) are quoted, since
 * kubectl reads that version.
 */
export function toYaml(objects: readonly KubeObject[]): string {
  return objects.map((object) => stringify(object, { lineWidth: 0, compat: 'yaml-1.1' })).join('---\n');
}
