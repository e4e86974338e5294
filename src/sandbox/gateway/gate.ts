/** What a process may do only while it runs: work waits in its order while the process is stopped. */
export interface Gate {
  /** Does the work now, or when the gate opens. */
  pass(work: () => void): void;
  shut(): void;
  open(): void;
}

/** An open gate. */
export function createGate(): Gate {
  const waiting: (() => void)[] = [];
  let isOpen = true;
  return {
    pass(work) {
      if (isOpen) work();
      else waiting.push(work);
    },
    shut() {
      isOpen = false;
    },
    open() {
      isOpen = true;
      for (const work of waiting.splice(0)) work();
    },
  };
}
