import { Chalk } from 'chalk';
import type { Io, Output } from '../../io.ts';

type Paint = (text: string) => string;

/** How to write to one stream: its colours, which do nothing where it shows none, and its symbols. */
export interface Style {
  bold: Paint;
  dim: Paint;
  red: Paint;
  green: Paint;
  yellow: Paint;
  cyan: Paint;
  /** Whether the terminal shows more than ASCII. */
  unicode: boolean;
}

/** The style of a stream. Only the sixteen basic colours, so that the user's own theme holds. */
export function createStyle(output: Pick<Output, 'isTTY'>, env: Io['env']): Style {
  const { bold, dim, red, green, yellow, cyan } = new Chalk({ level: showsColour(output, env) ? 1 : 0 });
  return { bold, dim, red, green, yellow, cyan, unicode: showsUnicode(env) };
}

/** NO_COLOR wins over FORCE_COLOR (no-color.org), and either over what the stream is. */
function showsColour({ isTTY }: Pick<Output, 'isTTY'>, env: Io['env']): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTTY && env['TERM'] !== 'dumb';
}

/** Where the locale says nothing, terminals of today are taken to show it; the Linux console lacks most of it. */
function showsUnicode(env: Io['env']): boolean {
  if (env['TERM'] === 'dumb' || env['TERM'] === 'linux') return false;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8';
  return /utf-?8/i.test(locale);
}
