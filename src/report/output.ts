import { stringify } from 'yaml';

/** Goes up when a field changes its meaning or goes away; new fields leave it as it is. */
const schemaVersion = 1;

/** The one JSON document of a command's result, with its line end; `kind` names the result, such as `Probe`. */
export function jsonDocument(kind: string, body: object): string {
  return `${JSON.stringify({ schemaVersion, kind, ...body }, null, 2)}\n`;
}

/** The same document as YAML. */
export function yamlDocument(kind: string, body: object): string {
  return stringify({ schemaVersion, kind, ...body }, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** One line of a stream of JSON values. */
export function ndjsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
