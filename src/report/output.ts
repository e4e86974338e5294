import { stringify } from 'yaml';
import type { Output } from '../io.ts';

/** Goes up when a field changes its meaning or goes away; new fields leave it as it is. */
const schemaVersion = 1;

/** The one JSON document of a command's result, with its line end; `kind` names the result, such as `Probe`. */
function jsonDocument(kind: string, body: object): string {
  return `${JSON.stringify({ schemaVersion, kind, ...body }, null, 2)}\n`;
}

/** The same document as YAML. */
function yamlDocument(kind: string, body: object): string {
  return stringify({ schemaVersion, kind, ...body }, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** One line of a stream of JSON values. */
export function ndjsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

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
