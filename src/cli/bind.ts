import type { Command, CommandUnknownOpts, OptionValues } from '@commander-js/extra-typings';
import type { CommandContext } from '../commands/context.ts';
import { defined } from '../core/defined.ts';
import type { ExitCode } from '../errors.ts';
import { refuseBadUsage } from './usage.ts';

export interface ProgramContext extends CommandContext {
  usageName: string;
  finish: (code: ExitCode) => void;
}

/** What a command runs: options in, exit code out. */
type CommandHandler<Options> = (options: Options, context: ProgramContext) => Promise<ExitCode>;

/** The options of a handler: the command's own and the global ones, and the command's arguments by their names. */
type Given<Own extends OptionValues, Global extends OptionValues, Named> = ReturnType<
  Command<[], Own, Global>['optsWithGlobals']
> &
  Named &
  Pick<ProgramContext, 'usageName'>;

/** Names that one side alone knows: of the command's own options or arguments, or of the options that the handler reads. */
type Stray<Run, Own, Everything> =
  Run extends CommandHandler<infer Read>
    ? Exclude<keyof Own, keyof Read> | Exclude<keyof Read, keyof Everything>
    : never;

/** A handler that knows every option that the command gives, and no other. */
type Fitting<Run, Own, Everything> = [Stray<Run, Own, Everything>] extends [never]
  ? Run
  : { stray: Stray<Run, Own, Everything> };

/** Gives a command its parent's settings, but errors that name the command itself. */
export function adopt<Any extends CommandUnknownOpts>(command: Any, { io }: ProgramContext): Any {
  return refuseBadUsage(command.copyInheritedSettings(command.parent!), io.stdout);
}

/**
 * Binds a handler to a command. It compiles where the command gives the handler each option that it reads, with a fitting type, and
 * no option of its own besides.
 * @param name names the command's arguments, as the handler's options
 */
export function bind<
  Args extends unknown[],
  Own extends OptionValues,
  Global extends OptionValues,
  Named extends object,
  Run extends CommandHandler<Given<Own, Global, NoInfer<Named>>>,
>(
  command: Command<Args, Own, Global>,
  context: ProgramContext,
  load: () => Promise<Run & Fitting<Run, Own & Named, Given<Own, Global, Named>>>,
  name: (...args: Args) => Named,
): void {
  const { usageName } = context;
  adopt(command, context).action(async () => {
    const handler: Run = await load();
    const options = { ...command.optsWithGlobals(), ...name(...command.processedArgs), usageName };
    context.finish(await handler(options, context));
  });
}

/** The names of no argument. */
export const noArguments = () => ({});

/** The name of the one argument of commands that are about a route. */
export const routeArgument = (route: string | undefined) => defined({ route });
