import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { ShiftError } from '../errors.ts';
import type { Output } from '../io.ts';

/**
 * Makes a command end a parse that fails with the one shape of errors, and print its help where no subcommand of it is named.
 * @throws ShiftError usage, from the command's parse
 */
export function refuseBadUsage<Any extends CommandUnknownOpts>(command: Any, stdout: Output): Any {
  return command.exitOverride((end) => {
    if (end.exitCode === 0) throw end;
    if (end.code !== 'commander.help') throw usageError(end, command);
    const unknown = command.args.at(-1);
    if (unknown !== undefined) throw usageError({ message: `unknown command '${unknown}'` }, command);
    stdout.write(command.helpInformation());
    throw new CommanderError(0, end.code, end.message);
  });
}

/** Whether a parse ended because help was asked for, and shown. */
export function isHelp(end: unknown): boolean {
  return end instanceof CommanderError && end.exitCode === 0;
}

function usageError(end: Pick<CommanderError, 'message'>, command: CommandUnknownOpts): ShiftError {
  const [found = '', advice = ''] = end.message.replace(/^error: /, '').split('\n');
  // Commander's sentences become parts of one line.
  const message = found.replace(/\. (.)/, (_, first: string) => `: ${first.toLowerCase()}`).replace(/\.$/, '');
  const suggested = /^\(Did you mean (.*)\?\)$/.exec(advice)?.[1];
  return new ShiftError('usage', message, {
    hint: `${suggested === undefined ? '' : `try ${suggested}, or `}read the help: ${pathOf(command)} --help`,
  });
}

/** The words that call a command: `tcpshift sandbox start`. */
function pathOf(command: CommandUnknownOpts): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
