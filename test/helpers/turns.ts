import { setImmediate as turn } from 'node:timers/promises';

/** Lets the event loop go round so often: whatever waits for nothing but this process has happened by then. */
export async function turns(count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await turn();
}
