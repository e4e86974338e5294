import { Command, Option } from '@commander-js/extra-typings';
import { expect, test } from 'vitest';
import { bind, noArguments, routeArgument, type ProgramContext } from '../../src/cli/bind.ts';
import { exitCodes, type ExitCode } from '../../src/errors.ts';
import type { Io } from '../../src/io.ts';

/** Loads a handler that reads these options. */
type Load<Options> = () => Promise<(options: Options) => Promise<ExitCode>>;

const idle = async () => async (): Promise<ExitCode> => exitCodes.ok;

function program() {
  const codes: ExitCode[] = [];
  const context: ProgramContext = {
    io: { stdout: { write: () => {}, isTTY: false, columns: 80 } } as Partial<Io> as Io,
    run: async () => exitCodes.ok,
    usageName: 'tool',
    finish: (code) => void codes.push(code),
  };
  const root = new Command('tool').addOption(new Option('--api <api>').choices(['auto', 'istio']).default('auto'));
  return { root, context, codes };
}

test('a handler is handed its own options, the global ones, its argument by name, and how the tool is called', async () => {
  const { root, context, codes } = program();
  let given: unknown;
  const command = root.command('status').argument('[route]').option('--all-to <version>').option('--no-client');
  const load = async () => {
    return async (options: { allTo?: string; client: boolean; route?: string; api: 'auto' | 'istio' }) => {
      given = options;
      return exitCodes.fail;
    };
  };
  bind(command, context, load, routeArgument);
  await root.parseAsync(['status', 'tcproute/echo', '--all-to', 'v2', '--api', 'istio'], { from: 'user' });
  expect(given).toEqual({ allTo: 'v2', client: true, route: 'tcproute/echo', api: 'istio', usageName: 'tool' });
  expect(codes).toEqual([exitCodes.fail]);
});

test('a handler whose options differ from the command’s does not compile', () => {
  const { context, codes } = program();
  const command = () => program().root.command('weight').option('--all-to <version>');
  bind(command(), context, idle as Load<{ allTo?: string; api: string }>, noArguments);
  // @ts-expect-error the handler reads an option that nobody gives
  bind(command(), context, idle as Load<{ allTo?: string; more?: string }>, noArguments);
  // @ts-expect-error the handler reads none that the command gives
  bind(command(), context, idle as Load<{ api: string }>, noArguments);
  // @ts-expect-error the handler needs what may be absent
  bind(command(), context, idle as Load<{ allTo: string }>, noArguments);
  // @ts-expect-error the handler reads another type
  bind(command(), context, idle as Load<{ allTo?: number }>, noArguments);
  // @ts-expect-error the handler reads another type of a global option
  bind(command(), context, idle as Load<{ allTo?: string; api: 'istio' }>, noArguments);
  // @ts-expect-error the command has no argument
  bind(command(), context, idle as Load<{ allTo?: string; route?: string }>, routeArgument);
  expect(codes).toEqual([]);
});
