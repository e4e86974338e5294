import type { Output } from '../../io.ts';

/** What is being redrawn in place on each output, with how to end it. At most one thing an output. */
const drawings = new WeakMap<Output, () => void>();

/** Says that something is being redrawn on this output until `end` is called, which happens at the latest in `settleScreen`. */
export function occupyScreen(output: Output, end: () => void): void {
  drawings.set(output, end);
}

/**
 * Ends whatever is still redrawn on an output, with its last state left to read. To be called before an error is
 * written and before the program ends: an open spinner would keep it running.
 */
export function settleScreen(output: Output): void {
  drawings.get(output)?.();
  drawings.delete(output);
}
