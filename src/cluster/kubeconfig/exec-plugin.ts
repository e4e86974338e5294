import { execFile, type ExecFileException } from 'node:child_process';
import { oneLine } from '../../core/text.ts';
import { ShiftError } from '../../errors.ts';
import type { Environment } from '../../io.ts';
import { ofContext, type ChosenContext } from './context.ts';
import type { ExecEntry, UserEntry } from './files.ts';

/** Far more than any credential takes, in bytes. */
const longestOutput = 1024 * 1024;
/** What a plugin says of its failure is cut there. */
const longestReason = 1000;

/**
 * Runs the command that signs a user in, and gives what it adds to the user's entry. It may take as long as it likes, for it may wait for a person
 * at a browser; the signal ends it.
 * @throws ShiftError config: it asks questions, is not installed, fails, or prints no credential; or the signal's reason
 */
export async function runPlugin(
  exec: ExecEntry,
  chosen: ChosenContext,
  { env, signal }: { env: Environment; signal: AbortSignal },
): Promise<Partial<UserEntry>> {
  const of = ofContext(chosen);
  if (exec.interactiveMode === 'Always') throw needsTerminal(exec, of);
  const added = [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(execInfo(exec, chosen)) }];
  const environment = { ...env, ...Object.fromEntries(added.map(({ name, value }) => [name, value])) };
  try {
    return credentialIn(await outputOf(exec, environment, signal));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw pluginFailure(error as ExecFileException, exec, of);
  }
}

function outputOf(exec: ExecEntry, env: Environment, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env, signal, maxBuffer: longestOutput };
    const child = execFile(exec.command, exec.args ?? [], options, (error, stdout, stderr) => {
      // One that goes on all the same must not keep this process.
      child.unref();
      if (error) reject(Object.assign(error, { said: stderr }));
      else resolve(stdout);
    });
    child.stdin?.on('error', () => {}).end();
  });
}

/** What plugins read to learn their API version and cluster. */
function execInfo(exec: ExecEntry, { server, cluster }: ChosenContext): object {
  const about = {
    server,
    'tls-server-name': cluster['tls-server-name'],
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
    'certificate-authority-data': cluster['certificate-authority-data'],
    'proxy-url': cluster['proxy-url'],
  };
  return {
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: about } : {}) },
  };
}

interface ExecCredential {
  status?: { token?: unknown; clientCertificateData?: unknown; clientKeyData?: unknown } | null;
}

/** The output itself is in no message: it may be a credential in another form. */
function credentialIn(output: string): Partial<UserEntry> {
  let printed: ExecCredential | null;
  try {
    printed = JSON.parse(output);
  } catch {
    throw new Error('what it prints is no JSON');
  }
  const { token, clientCertificateData, clientKeyData } = printed?.status ?? {};
  const user = {
    ...(isText(token) ? { token } : {}),
    ...(isText(clientCertificateData) ? { 'client-certificate-data': base64(clientCertificateData) } : {}),
    ...(isText(clientKeyData) ? { 'client-key-data': base64(clientKeyData) } : {}),
  };
  if (Object.keys(user).length === 0) throw new Error('what it prints has neither a token nor a certificate');
  return user;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A plugin gives certificates as PEM, a kubeconfig has them in base64. */
function base64(pem: string): string {
  return Buffer.from(pem).toString('base64');
}

function pluginFailure(error: ExecFileException & { said?: string }, exec: ExecEntry, of: string): ShiftError {
  if (error.code === 'ENOENT') {
    return new ShiftError('config', `the command "${exec.command}", which signs in${of}, is not installed`, {
      hint: exec.installHint
        ? `install it: ${oneLine(exec.installHint)}`
        : `install "${exec.command}", or choose another context with --context`,
      cause: error,
    });
  }
  const words = [exec.command, ...(exec.args ?? [])].join(' ');
  return new ShiftError('config', `the command "${words}", which signs in${of}, failed: ${reasonOf(error)}`, {
    hint: `run it by hand to see what it needs: ${words}`,
    cause: error,
  });
}

function reasonOf({ code, said, message }: ExecFileException & { said?: string }): string {
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `it printed more than ${longestOutput} bytes`;
  const reason = said === undefined || typeof code === 'string' ? message : said;
  return oneLine(reason).slice(0, longestReason) || 'it ended with an error and said nothing';
}

function needsTerminal(exec: ExecEntry, of: string): ShiftError {
  return new ShiftError('config', `the command "${exec.command}", which signs in${of}, asks questions`, {
    hint: 'choose a user whose command has another interactiveMode than Always, with --user',
  });
}
