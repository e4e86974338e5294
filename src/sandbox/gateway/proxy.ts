import type { Socket } from 'node:net';

/** Two connections that are joined. */
export interface JoinedConnections {
  /** Closes both at once, with an end and not a reset. */
  cut(): void;
  /** Leaves what comes in unread. */
  pause(): void;
  resume(): void;
}

/**
 * Joins two connections, which must allow half-open ends. An end on one side is passed on and leaves the other direction open;
 * an error on one side closes both.
 */
export function proxy(client: Socket, upstream: Socket): JoinedConnections {
  const destroy = (): void => {
    client.destroy();
    upstream.destroy();
  };
  const resume = (): void => {
    client.pipe(upstream);
    upstream.pipe(client);
  };
  resume();
  for (const [socket, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    socket.on('error', destroy);
    // A side that closed before it said its end will never end the other by itself.
    socket.on('close', (hadError) => {
      if (hadError || !socket.readableEnded) other.destroy();
    });
  }
  return {
    cut() {
      client.unpipe(upstream).end();
      upstream.unpipe(client).end();
      // Closing a socket with something left to read resets it: one turn of the event loop reads what has come.
      client.resume();
      upstream.resume();
      setImmediate(destroy);
    },
    pause() {
      client.unpipe(upstream).pause();
      upstream.unpipe(client).pause();
    },
    resume,
  };
}
