import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { adopt, bind, noArguments, routeArgument, type ProgramContext } from './bind.ts';
import {
  ingressPort,
  listenerPort,
  question,
  sandboxOptions,
  setupOptions,
  timeout,
  vantage,
} from './option-groups.ts';
import { addGlobalOptions, addresses, decimal, dryRun, duration, integer, output, span } from './options.ts';
import { packageVersion } from '../package.ts';
import { refuseBadUsage } from './usage.ts';

type Root = ReturnType<typeof rootCommand>;

/** The command tree. Every handler is imported only when its command runs. */
export function buildProgram(context: ProgramContext): CommandUnknownOpts {
  const root = configure(rootCommand(), context);
  routeCommands(root, context);
  probeCommands(root, context);
  manifestCommands(root, context);
  sandboxCommands(root, context);
  return root;
}

function rootCommand() {
  return addGlobalOptions(
    new Command('tcpshift')
      .usage('[options] <command>')
      .description('Shift TCP traffic between versions on Kubernetes, and prove the split.')
      .version(packageVersion(), '-V, --version', 'print the version')
      .helpCommand('help [command]', 'show the help of a command'),
  );
}

function configure(program: Root, { io, usageName }: ProgramContext): Root {
  return refuseBadUsage(program, io.stdout)
    .name(usageName)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // The one top-level catch writes errors, in one shape.
      writeErr: () => {},
      getOutHelpWidth: () => (io.stdout.isTTY ? io.stdout.columns : 100),
    })
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .showSuggestionAfterError(true);
}

function routeCommands(program: Root, context: ProgramContext): void {
  const setup = setupOptions(program.command('setup'))
    .description('deploy tcp-echo v1 and v2 and a client, and route all connections to v1')
    .addOption(output('json', 'yaml'))
    .addOption(dryRun())
    .option('--field-manager <name>', 'name that owns the applied fields', 'tcpshift')
    .option('--force-conflicts', 'take fields that another manager owns')
    .addOption(timeout('2m', 120_000));
  bind(setup, context, async () => (await import('../commands/setup.ts')).runSetup, noArguments);

  const weight = program
    .command('weight')
    .description('move shares of new connections between versions, and wait until that is in force')
    .argument('[args...]', 'route (tcproute/NAME, virtualservice/NAME) and shares in percent (v2=20)')
    .option('--all-to <version>', 'give one version everything')
    .addOption(listenerPort())
    .addOption(
      new Option('--wait <proof>', 'proof to wait for (default: the strongest that is to be had)').choices([
        'none',
        'accepted',
        'programmed',
        'observed',
      ]),
    )
    .option(
      '--version-from <regex>',
      'how a reply tells its version: RE2 syntax, as in Go, with a named group "version"',
    )
    .option('--send <text>', 'line to send (default: the date)')
    .option('--read-first', 'the server speaks first: send nothing')
    .addOption(output('json', 'yaml'))
    .addOption(dryRun())
    .option('--field-manager <name>', 'name that owns the applied fields', 'tcpshift')
    .option('--force-conflicts', 'take the weights from another manager that owns them')
    .option('--normalize', 'write also where the route has the same shares in other numbers')
    .addOption(integer('--max-open <n>', 'refuse to close more open connections than this', [0, 1_000_000_000]))
    .option('--allow-unready', 'give more also to a version that has no ready endpoint')
    .addOption(timeout('1m', 60_000));
  bind(
    weight,
    context,
    async () => (await import('../commands/weight.ts')).runWeight,
    (args: string[]) => ({ args }),
  );

  const status = program
    .command('status')
    .description('show the route, its address, its versions with share and ready pods, and its conditions')
    .argument('[route]', 'tcproute/NAME or virtualservice/NAME')
    .addOption(listenerPort())
    .addOption(output('json', 'yaml'));
  bind(status, context, async () => (await import('../commands/status.ts')).runStatus, routeArgument);

  const cleanup = program
    .command('cleanup')
    .description('remove everything that setup made, in reverse order, and wait until it is gone')
    .addOption(output('json', 'yaml'))
    .addOption(dryRun())
    .addOption(timeout('2m', 120_000));
  bind(cleanup, context, async () => (await import('../commands/cleanup.ts')).runCleanup, noArguments);
}

function probeCommands(program: Root, context: ProgramContext): void {
  const probe = vantage(program.command('probe'))
    .description('open connections through the gateway and print each reply, then the count by version')
    .argument('[route]', 'tcproute/NAME or virtualservice/NAME')
    .addOption(integer('--count <n>', 'connections to open', [1, 10_000_000]).default(20))
    .addOption(duration('--interval <duration>', 'time between two starts').default(1000, '1s'))
    .addOption(integer('--concurrency <n>', 'connections open at a time', [1, 1000]).default(1))
    .addOption(output('json', 'yaml', 'ndjson'));
  bind(probe, context, async () => (await import('../commands/probe.ts')).runProbe, routeArgument);

  const verify = question(vantage(program.command('verify')))
    .description('look at connections until the split that the route asks for is proved or disproved')
    .argument('[route]', 'tcproute/NAME or virtualservice/NAME')
    .addOption(integer('--concurrency <n>', 'connections open at a time', [1, 1000]).default(16))
    .addOption(duration('--interval <duration>', 'time between two starts').default(0, '0'))
    .addOption(span('--max-time <duration>', 'look at no connection after this time (default with --after-change: 2m)'))
    .addOption(addresses('--source-address <addresses>', 'local addresses to connect from, in turn'))
    .addOption(integer('--seed <n>', 'seed of the jitter', [0, 4_294_967_295]))
    .option(
      '--after-change [split]',
      'the split was changed just now, from this one (default: all on one version): judge once it is in force',
    )
    .addOption(
      new Option('--evidence <kind>', 'whose connections to look at')
        .choices(['probes', 'gateway-stats'])
        .default('probes'),
    )
    .addOption(span('--window <duration>', 'how long gateway-stats counts').default(30_000, '30s'))
    .option('--samples <file>', 'judge what probe -o ndjson recorded, without a cluster')
    .option('--junit <file>', 'write the verdict as JUnit XML as well')
    .addOption(output('json', 'yaml', 'ndjson'));
  bind(verify, context, async () => (await import('../commands/verify.ts')).runVerify, routeArgument);

  const plan = question(program.command('plan'))
    .description('tell how many connections verify will take, and what fewer of them could tell')
    .addOption(decimal('--rate <n>', 'connections a second, to tell the time it takes', [0, 1_000_000]))
    .addOption(output('json', 'yaml'));
  bind(plan, context, async () => (await import('../commands/plan.ts')).runPlan, noArguments);
}

function manifestCommands(program: Root, context: ProgramContext): void {
  const what = 'setup (default), or weight with its shares: weight v2=20';
  const render = setupOptions(program.command('render'))
    .description('print the manifests as YAML, without a cluster')
    .argument('[what...]', what)
    .option('--all-to <version>', 'give one version everything')
    .option('--route-version <version>', "apiVersion of the route's kind, such as v1alpha2")
    .addOption(new Option('-o, --output <format>', 'output format').choices(['yaml', 'json']).default('yaml'));
  bind(
    render,
    context,
    async () => (await import('../commands/render.ts')).runRender,
    (what: string[]) => ({ what }),
  );

  const diff = setupOptions(program.command('diff'))
    .description('show what setup or weight would change: exit 0 for nothing, 1 for differences')
    .argument('[what...]', what)
    .option('--all-to <version>', 'give one version everything')
    .addOption(listenerPort())
    .option('--field-manager <name>', 'name that would own the applied fields', 'tcpshift')
    .option('--force-conflicts', 'as if fields of other managers could be taken');
  bind(
    diff,
    context,
    async () => (await import('../commands/diff.ts')).runDiff,
    (what: string[]) => ({ what }),
  );
}

function sandboxCommands(program: Root, context: ProgramContext): void {
  const sandbox = adopt(program.command('sandbox').description('an embedded cluster to try things on'), context);
  bind(
    sandboxOptions(sandbox.command('start'))
      .description('start it in the background and print export KUBECONFIG=…')
      .addOption(ingressPort()),
    context,
    async () => (await import('../commands/sandbox/start.ts')).runSandboxStart,
    noArguments,
  );
  bind(
    sandbox.command('stop').description('stop it'),
    context,
    async () => (await import('../commands/sandbox/stop.ts')).runSandboxStop,
    noArguments,
  );
  bind(
    sandbox.command('status').description('tell whether it runs, and where').addOption(output('json', 'yaml')),
    context,
    async () => (await import('../commands/sandbox/status.ts')).runSandboxStatus,
    noArguments,
  );
  bind(
    sandboxOptions(sandbox.command('run'))
      .description('run it in the foreground until a signal')
      .addOption(ingressPort()),
    context,
    async () => (await import('../commands/sandbox/run.ts')).runSandbox,
    noArguments,
  );
  bind(
    sandboxOptions(program.command('demo'))
      .description('the whole task, step by step, on a sandbox of its own')
      .addOption(
        integer('--port <port>', 'port that connections enter by (default: 31400, or a free one)', [1, 65535]),
      ),
    context,
    async () => (await import('../commands/demo.ts')).runDemo,
    noArguments,
  );
}
