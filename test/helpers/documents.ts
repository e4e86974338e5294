import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { packageRoot } from '../../src/package.ts';
import type { CliResult } from './cli.ts';

const ajv = new Ajv2020({ allErrors: true, strict: false });

/** Checks a document against its published schema, and hands it on. */
export function checked(kind: string, document: unknown): any {
  const file = join(packageRoot(), 'docs', 'json', `${kind}.schema.json`);
  const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  validate(document);
  expect({ document, errors: validate.errors ?? [] }).toEqual({ document, errors: [] });
  return document;
}

/** The document on stdout, checked against its published schema. */
export function documentOf(kind: string, { stdout, stderr }: CliResult): any {
  if (stdout === '') throw new Error(`no document, but: ${stderr}`);
  return checked(kind, JSON.parse(stdout));
}
