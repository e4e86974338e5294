import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShiftError } from '../errors.ts';
import { packageRoot } from '../package.ts';

/** One template as it was read, and where from. */
export interface TemplateFile {
  /** Path below the templates folder: `istio/gateway.yaml`. */
  name: string;
  /** As messages write it: `templates/istio/gateway.yaml` for tcpshift's own. */
  title: string;
  text: string;
  /** Folders that a template may take partials from, the user's first. */
  roots: readonly string[];
  /** Whether it is the user's, from --templates. */
  overridden: boolean;
}

/**
 * Reads templates, each from `overrides` if that folder has it, else from tcpshift's own.
 * @param known every template that there is; a folder that overrides none of them is a mistake
 * @throws ShiftError template
 */
export function readTemplates(names: readonly string[], known: readonly string[], overrides?: string): TemplateFile[] {
  const own = join(packageRoot(), 'templates');
  if (overrides !== undefined && !known.some((name) => existsSync(join(overrides, name)))) {
    const found = existsSync(overrides) ? 'has none of the templates' : 'does not exist';
    throw new ShiftError('template', `--templates ${overrides} ${found}`, {
      hint: `put one of these into it: ${known.join(', ')}`,
    });
  }
  return names.map((name) => {
    const overridden = overrides !== undefined && existsSync(join(overrides, name));
    const folder = overridden ? overrides : own;
    return {
      name,
      title: overridden ? join(folder, name) : `templates/${name}`,
      text: readText(join(folder, name)),
      roots: overrides === undefined ? [own] : [overrides, own],
      overridden,
    };
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ShiftError('template', `${path} cannot be read: ${(cause as Error).message}`, {
      hint: `make it readable: ls -l ${path}`,
      cause,
    });
  }
}
