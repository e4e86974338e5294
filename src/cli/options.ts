import { isIP } from 'node:net';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseDuration } from '../core/duration.ts';

/** A duration in Go's spelling, handed on in milliseconds. */
export function duration(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string) => {
    const ms = parseDuration(text);
    if (ms === undefined) throw new InvalidArgumentError('must be a number with a unit, such as 500ms, 2s or 1m30s');
    return ms;
  });
}

/** A duration above zero, in Go's spelling, handed on in milliseconds. */
export function span(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string) => {
    const ms = parseDuration(text);
    if (!ms) throw new InvalidArgumentError('must be a number above 0 with a unit, such as 500ms, 2s or 1m30s');
    return ms;
  });
}

/** A whole number between `min` and `max`. */
export function integer(flags: string, description: string, [min, max]: readonly [number, number]): Option {
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}`);
    }
    return value;
  });
}

/** Any decimal number; what it is good for tells whether it will do. */
export function number(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('must be a number');
    return value;
  });
}

/** A decimal number strictly between `min` and `max`. */
export function decimal(flags: string, description: string, [min, max]: readonly [number, number]): Option {
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text);
    if (text.trim() === '' || !(value > min && value < max)) {
      throw new InvalidArgumentError(`must be a number above ${min} and below ${max}`);
    }
    return value;
  });
}

/** A name of a namespace, as RFC 1123 has labels. */
function label(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string) => {
    if (text.length > 63 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)) {
      throw new InvalidArgumentError('must be up to 63 lower-case letters, digits and hyphens');
    }
    return text;
  });
}

/** A part of a whole in percent, from 0 to below 100. */
export function percentage(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text.replace(/%$/, ''));
    if (!/^\d+(\.\d+)?%?$/.test(text) || value >= 100) {
      throw new InvalidArgumentError('must be a number from 0 to below 100');
    }
    return value;
  });
}

/** An option that may be given several times; its values are collected in order. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);
}

/** `-o`, with the formats that have a meaning for the command. */
export function output(...formats: string[]): Option {
  return new Option('-o, --output <format>', 'output format').choices(['text', ...formats]).default('text');
}

export const dryRun = (): Option =>
  new Option('--dry-run <strategy>', 'client: print what would be sent; server: submit it without persisting it')
    .choices(['none', 'client', 'server'])
    .default('none');

/** The options of kubectl and of the whole tool, accepted before and after the subcommand. */
export function addGlobalOptions(program: Command): Command {
  const options = [
    label('-n, --namespace <name>', "namespace (default: the task's own, or the context's for a named route)"),
    new Option('--context <name>', 'kubeconfig context'),
    new Option('--cluster <name>', 'kubeconfig cluster'),
    new Option('--user <name>', 'kubeconfig user'),
    new Option('--kubeconfig <file>', 'kubeconfig file'),
    new Option('--as <user>', 'user to impersonate'),
    repeatable('--as-group <group>', 'group to impersonate; may be given several times'),
    new Option('--as-uid <uid>', 'UID to impersonate'),
    duration('--request-timeout <duration>', 'longest time for one request to the server; 0 for no limit'),
    new Option('--api <api>', 'routing API').choices(['auto', 'istio', 'gateway-api']).default('auto'),
    new Option('-v, --verbose', 'say more on stderr'),
    new Option('-q, --quiet', 'no progress on stderr'),
  ];
  for (const option of options) program.addOption(option);
  return program;
}

/** How far a share may be off: points of 100 (`5`), or a part of the share itself (`20%`). */
export function tolerance(): Option {
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
export function addresses(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: string[] | undefined) => {
    const each = text.split(',');
    if (!each.every(isIP)) throw new InvalidArgumentError('must be IP addresses with commas between them');
    return [...(before ?? []), ...each];
  });
}
