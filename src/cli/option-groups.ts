import { Option, type Command, type OptionValues } from '@commander-js/extra-typings';
import { duration, integer, number, percentage, repeatable, tolerance } from './options.ts';

/** How long a command waits for the cluster. */
export const timeout = (fallback: string, ms: number) =>
  duration('--timeout <duration>', 'longest time to wait for the cluster').default(ms, fallback);

/** What the manifests of the task depend on. */
export const setupOptions = <Args extends unknown[], Own extends OptionValues, Global extends OptionValues>(
  command: Command<Args, Own, Global>,
) =>
  command
    .addOption(integer('--port <port>', "the gateway's listener", [1, 65535]).default(31400))
    .option('--no-client', 'leave out the client workload')
    .option('--inject', 'label the namespace for sidecar injection')
    .option('--gateway-class <name>', 'GatewayClass of the Gateway', 'istio')
    .option('--image-registry <registry>', 'registry and path to pull the images from')
    .option('--templates <dir>', 'folder whose files replace the built-in templates of the same name');

/** Which of several matches of a VirtualService is meant. */
export const listenerPort = () =>
  integer('--listener-port <port>', "port that picks one of a VirtualService's matches", [1, 65535]);

/** Where connections start, where they go, and how a reply tells its version. */
export const vantage = <Args extends unknown[], Own extends OptionValues, Global extends OptionValues>(
  command: Command<Args, Own, Global>,
) =>
  command
    .addOption(
      new Option('--from <place>', 'where probes start')
        .choices(['auto', 'local', 'port-forward', 'pod'])
        .default('auto'),
    )
    .option('--host <host>', 'probe this host instead of the ingress address')
    .addOption(integer('--port <port>', 'probe this port instead of the ingress port', [1, 65535]))
    .addOption(listenerPort())
    .option('--send <text>', 'line to send (default: the date)')
    .option(
      '--version-from <regex>',
      'how a reply tells its version: RE2 syntax, as in Go, with a named group "version"',
    )
    .option('--read-first', 'the server speaks first: send nothing')
    .option('--tls', 'speak TLS to the ingress')
    .addOption(duration('--probe-timeout <duration>', 'longest time for one probe').default(5000, '5s'));

/** What is asked of a split, and how sure the answer has to be. */
export const question = <Args extends unknown[], Own extends OptionValues, Global extends OptionValues>(
  command: Command<Args, Own, Global>,
) =>
  command
    .addOption(
      repeatable(
        '--expect <split>',
        'split to expect instead of the route’s, such as v2=20; may be given several times',
      ),
    )
    .addOption(tolerance())
    .addOption(
      number('--alpha <probability>', 'largest probability of a wrong PASS, and of a wrong FAIL').default(0.05),
    )
    .addOption(number('--power <probability>', 'probability of a PASS when the split is right').default(0.999))
    .addOption(percentage('--max-failure-rate <percent>', 'share of connections that may fail, in percent').default(1))
    .addOption(integer('--max-probes <n>', 'look at no more connections than this', [1, 10_000_000]))
    .addOption(
      integer('--fixed <n>', 'look at exactly so many, and judge once', [1, 10_000_000]).conflicts('maxProbes'),
    )
    .option('--no-turns', 'let versions that take turns pass by their counts only, not by their order');

/** How the sandbox behaves. */
export const sandboxOptions = <Args extends unknown[], Own extends OptionValues, Global extends OptionValues>(
  command: Command<Args, Own, Global>,
) =>
  command
    .addOption(
      new Option('--picker <name>', 'how the gateway picks a version')
        .choices(['random', 'round-robin', 'sticky'])
        .default('random'),
    )
    .addOption(
      duration('--propagation-delay <duration>', 'from a change to the first gateway that obeys').default(100, '100ms'),
    )
    .addOption(integer('--gateway-replicas <n>', 'gateways, which take a change one after another', [1, 16]).default(1))
    .addOption(
      duration(
        '--drain <duration>',
        'how long open connections may go on after a change of their weights, before the gateway closes them',
      ).default(45_000, '45s'),
    )
    .addOption(integer('--seed <n>', 'seed of the random picker', [0, 4_294_967_295]).default(1));

/** Where connections enter the sandbox. */
export const ingressPort = () =>
  integer('--ingress-port <port>', 'port that connections enter by', [1, 65535]).default(31400);
