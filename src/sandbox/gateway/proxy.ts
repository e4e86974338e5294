import type { Socket } from 'node:net';

/**
 * Joins two connections, which must allow half-open ends. An end on one side is passed on and leaves the other direction open;
 * an error on one side closes both. Returns the way to close them both at once, with an end and not a reset.
 */
export function proxy(client: Socket, upstream: Socket): () => void {
  const destroy = (): void => {
    client.destroy();
    upstream.destroy();
  };
  client.pipe(upstream);
  upstream.pipe(client);
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
  return () => {
    client.unpipe(upstream).end();
    upstream.unpipe(client).end();
    // Closing a socket with something left to read resets it: one turn of the event loop reads what has come.
    client.resume();
    upstream.resume();
    setImmediate(destroy);
  };
}
