import { X509Certificate } from 'node:crypto';
import { connect, isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { ShiftError } from '../errors.ts';
import { messageOf } from './failure.ts';
import type { Dial } from './probe.ts';

export interface TcpTarget {
  /** Name or address. */
  host: string;
  port: number;
  /** An address of this machine to connect from. */
  localAddress?: string;
  /** Only addresses of this family, where the host is a name. */
  family?: 4 | 6;
}

export interface TlsTarget extends TcpTarget {
  /** Name to ask for and to verify; the host where absent. */
  servername?: string;
  /** PEM of the authorities to trust instead of the system's. */
  ca?: string;
  /** False accepts any certificate. */
  rejectUnauthorized?: boolean;
}

/** Opens plain TCP connections. */
export function dialTcp(target: TcpTarget): Dial {
  const options = socketOptions(target);
  return (signal) => established(() => connect(options), 'connect', signal);
}

/**
 * Opens TLS connections; a handshake that fails rejects like a connection that fails.
 * @throws {ShiftError} config, where `ca` is no PEM certificate
 */
export function dialTls(target: TlsTarget): Dial {
  const { servername = isIP(target.host) ? '' : target.host, rejectUnauthorized = true } = target;
  const secureContext = trusting(target.ca);
  const options = { ...socketOptions(target), servername, rejectUnauthorized, secureContext };
  return (signal) => established(() => connectTls(options), 'secureConnect', signal);
}

// Nagle's delay would add to the latency that is measured.
function socketOptions({ host, port, localAddress, family }: TcpTarget): TcpNetConnectOpts {
  return { host, port, noDelay: true, ...(localAddress ? { localAddress } : {}), ...(family ? { family } : {}) };
}

function trusting(ca: string | undefined): SecureContext {
  if (ca === undefined) return createSecureContext();
  try {
    // TLS itself ignores what is no certificate, and then trusts nobody.
    void new X509Certificate(ca);
    return createSecureContext({ ca });
  } catch (error) {
    throw new ShiftError('config', `the certificate authority is no PEM certificate: ${messageOf(error)}`, {
      hint: 'give a file that starts with -----BEGIN CERTIFICATE-----',
      cause: error,
    });
  }
}

function established(open: () => Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = open();
    const settle = () => {
      socket.off(event, ready).off('error', fail).off('close', closed);
      signal.removeEventListener('abort', abort);
    };
    const ready = () => {
      settle();
      resolve(socket);
    };
    const fail = (error: unknown) => {
      settle();
      // An error of a socket that nobody waits for any more has no listener left.
      socket.on('error', () => {}).destroy();
      reject(error);
    };
    const closed = () => fail(Object.assign(new Error('closed during the handshake'), { code: 'ECONNRESET' }));
    const abort = () => fail(signal.reason);
    socket.on(event, ready).on('error', fail).on('close', closed);
    signal.addEventListener('abort', abort, { once: true });
  });
}
