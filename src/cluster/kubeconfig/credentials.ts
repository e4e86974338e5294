import { existsSync } from 'node:fs';
import { ShiftError } from '../../errors.ts';
import type { Environment } from '../../io.ts';
import { orAbort } from '../../waiting.ts';
import { ofContext, type ChosenContext } from './context.ts';
import type { UserEntry } from './files.ts';
import { plainAuth, type Auth } from './plain-auth.ts';
import { findProxy } from './proxy.ts';

/** The credentials of a chosen context, made at the first request: an exec plugin runs no earlier, and no longer than somebody waits for it. */
export interface Credentials {
  current(signal: AbortSignal): Promise<Auth>;
  /** Makes the credentials anew after the server refused `refused`; false where nothing better came of it. */
  renew(refused: Auth, signal: AbortSignal): Promise<boolean>;
}

/** A sign-in that requests at the same time share. */
interface SignIn {
  auth: Promise<Auth>;
  waiting: number;
  end: AbortController;
}

export function createCredentials(chosen: ChosenContext, env: Environment): Credentials {
  let latest: SignIn | undefined;
  const forget = (one: SignIn): void => {
    if (latest === one) latest = undefined;
  };
  const begin = (): SignIn => {
    const end = new AbortController();
    const begun = { auth: makeAuth(chosen, { env, signal: end.signal }), waiting: 0, end };
    begun.auth.catch(() => forget(begun));
    return begun;
  };
  const current = async (signal: AbortSignal): Promise<Auth> => {
    signal.throwIfAborted();
    const shared = (latest ??= begin());
    shared.waiting += 1;
    try {
      return await orAbort(shared.auth, signal);
    } catch (error) {
      if (shared.waiting === 1) {
        forget(shared);
        shared.end.abort(error);
      }
      throw error;
    } finally {
      shared.waiting -= 1;
    }
  };
  return {
    current,
    async renew(refused, signal) {
      const before = latest;
      if ((await current(signal)) === refused && before) forget(before);
      return (await current(signal)).identity !== refused.identity;
    },
  };
}

interface Until {
  env: Environment;
  /** Ends the sign-in. */
  signal: AbortSignal;
}

async function makeAuth(chosen: ChosenContext, until: Until): Promise<Auth> {
  const { user } = chosen;
  const proxy = findProxy(chosen, until.env);
  try {
    const added = await signIn(chosen, until);
    const auth = plainAuth({ ...chosen, user: { ...user, ...added, ...(user.token ? { token: user.token } : {}) } });
    if (proxy !== undefined) (await import('../http/through-proxy.ts')).leadThrough(proxy, auth.agent);
    return auth;
  } catch (error) {
    if (until.signal.aborted || error instanceof ShiftError) throw error;
    throw authFailure(error as NodeJS.ErrnoException, chosen);
  }
}

/** What signing in adds to the user's entry of the kubeconfig. */
async function signIn(chosen: ChosenContext, until: Until): Promise<Partial<UserEntry>> {
  const { user } = chosen;
  if (user.exec) return (await import('./exec-plugin.ts')).runPlugin(user.exec, chosen, until);
  if (user['auth-provider']) return (await import('./auth-provider.ts')).signInByProvider(user);
  return {};
}

function authFailure(error: NodeJS.ErrnoException, chosen: ChosenContext): ShiftError {
  const of = ofContext(chosen);
  if (error.code === 'ENOENT' && error.path !== undefined && !existsSync(error.path)) {
    return new ShiftError('config', `the file "${error.path}", which the kubeconfig names${of}, does not exist`, {
      hint: 'restore the file, or choose another context with --context',
      cause: error,
    });
  }
  return new ShiftError('config', `the credentials${of} cannot be used: ${error.message}`, {
    hint: 'mend the user in the kubeconfig, or choose another with --user',
    cause: error,
  });
}
