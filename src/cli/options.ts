import { isIP } from 'node:net';
import { InvalidArgumentError, Option, type Command } from '@commander-js/extra-typings';
import { parseDuration } from '../core/duration.ts';

/** An option that hands on a value of this type, and nothing where it is not given. */
type ValueOption<Flags extends string, Value> = Option<Flags, undefined, undefined, Value>;

/** A duration in Go's spelling, handed on in milliseconds. */
export function duration<Flags extends string>(flags: Flags, description: string): ValueOption<Flags, number> {
  return new Option(flags, description).argParser((text: string) => {
    const ms = parseDuration(text);
    if (ms === undefined) throw new InvalidArgumentError('must be a number with a unit, such as 500ms, 2s or 1m30s');
    return ms;
  });
}

/** A duration above zero, in Go's spelling, handed on in milliseconds. */
export function span<Flags extends string>(flags: Flags, description: string): ValueOption<Flags, number> {
  return new Option(flags, description).argParser((text: string) => {
    const ms = parseDuration(text);
    if (!ms) throw new InvalidArgumentError('must be a number above 0 with a unit, such as 500ms, 2s or 1m30s');
    return ms;
  });
}

/** A whole number between `min` and `max`. */
export function integer<Flags extends string>(
  flags: Flags,
  description: string,
  [min, max]: readonly [number, number],
): ValueOption<Flags, number> {
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}`);
    }
    return value;
  });
}

/** Any decimal number; what it is good for tells whether it will do. */
export function number<Flags extends string>(flags: Flags, description: string): ValueOption<Flags, number> {
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('must be a number');
    return value;
  });
}

/** A decimal number strictly between `min` and `max`. */
export function decimal<Flags extends string>(
  flags: Flags,
  description: string,
  [min, max]: readonly [number, number],
): ValueOption<Flags, number> {
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text);
    if (text.trim() === '' || !(value > min && value < max)) {
      throw new InvalidArgumentError(`must be a number above ${min} and below ${max}`);
    }
    return value;
  });
}

/** A name of a namespace, as RFC 1123 has labels. */
function label<Flags extends string>(flags: Flags, description: string): ValueOption<Flags, string> {
  return new Option(flags, description).argParser((text: string) => {
    if (text.length > 63 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)) {
      throw new InvalidArgumentError('must be up to 63 lower-case letters, digits and hyphens');
    }
    return text;
  });
}

/** A part of a whole in percent, from 0 to below 100. */
export function percentage<Flags extends string>(flags: Flags, description: string): ValueOption<Flags, number> {
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text.replace(/%$/, ''));
    if (!/^\d+(\.\d+)?%?$/.test(text) || value >= 100) {
      throw new InvalidArgumentError('must be a number from 0 to below 100');
    }
    return value;
  });
}

/** An option that may be given several times; its values are collected in order. */
export function repeatable<Flags extends string>(flags: Flags, description: string): ValueOption<Flags, string[]> {
  return new Option(flags, description).argParser((text: string, before: string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);
}

/** `-o`, with the formats that have a meaning for the command. */
export function output<const Formats extends readonly string[]>(...formats: Formats) {
  return new Option('-o, --output <format>', 'output format').choices(['text', ...formats]).default('text');
}

export const dryRun = () =>
  new Option('--dry-run <strategy>', 'client: print what would be sent; server: submit it without persisting it')
    .choices(['none', 'client', 'server'])
    .default('none');

/** The options of kubectl and of the whole tool, accepted before and after the subcommand. */
export function addGlobalOptions(program: Command) {
  return program
    .addOption(
      label('-n, --namespace <name>', "namespace (default: the task's own, or the context's for a named route)"),
    )
    .addOption(new Option('--context <name>', 'kubeconfig context'))
    .addOption(new Option('--cluster <name>', 'kubeconfig cluster'))
    .addOption(new Option('--user <name>', 'kubeconfig user'))
    .addOption(new Option('--kubeconfig <file>', 'kubeconfig file'))
    .addOption(new Option('--as <user>', 'user to impersonate'))
    .addOption(repeatable('--as-group <group>', 'group to impersonate; may be given several times'))
    .addOption(new Option('--as-uid <uid>', 'UID to impersonate'))
    .addOption(duration('--request-timeout <duration>', 'longest time for one request to the server; 0 for no limit'))
    .addOption(new Option('--api <api>', 'routing API').choices(['auto', 'istio', 'gateway-api']).default('auto'))
    .addOption(new Option('-v, --verbose', 'say more on stderr'))
    .addOption(new Option('-q, --quiet', 'no progress on stderr'));
}

/** How far a share may be off: points of 100 (`5`), or a part of the share itself (`20%`). */
export function tolerance() {
  return new Option('--tolerance <points>', 'how far a share may be off: points of 100, or with % a part of the share')
    .argParser((text: string) => {
      const amount = Number(text.replace(/%$/, ''));
      if (!/^-?\d+(\.\d+)?%?$/.test(text)) {
        throw new InvalidArgumentError('must be a number, such as 5 for points or 20% for a part of the share');
      }
      return { amount, relative: text.endsWith('%') };
    })
    .default({ amount: 5, relative: false }, '5');
}

/** IP addresses with commas between them; may be given several times. */
export function addresses<Flags extends string>(flags: Flags, description: string): ValueOption<Flags, string[]> {
  return new Option(flags, description).argParser((text: string, before: string[] | undefined) => {
    const each = text.split(',');
    if (!each.every(isIP)) throw new InvalidArgumentError('must be IP addresses with commas between them');
    return [...(before ?? []), ...each];
  });
}
