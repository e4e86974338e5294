import type { Output } from '../io.ts';
import { jsonDocument, yamlDocument } from './output.ts';

export interface Product {
  /** Name of the document, as docs/json.md lists it. */
  kind: string;
  body: object;
  /** The same for people. */
  lines: readonly string[];
}

/** Writes what a command was asked for to stdout, once, in the asked format. */
export function emit({ stdout }: { stdout: Output }, format: string, { kind, body, lines }: Product): void {
  if (format === 'json') stdout.write(jsonDocument(kind, body));
  else if (format === 'yaml') stdout.write(yamlDocument(kind, body));
  else if (format === 'text') stdout.write(lines.map((line) => `${line}\n`).join(''));
}
