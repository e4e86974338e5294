/** What a test may do to a request, so that a client's handling of it can be seen. */
export type Fault =
  /** Answer with this code instead; the request has no effect, unless the answer comes after it. */
  | { do: 'answer'; code: 429 | 500 | 503 | 504; retryAfterSeconds?: number; when?: 'after' }
  /** Reset the connection: before the request has an effect, or after, so that only its answer is lost. */
  | { do: 'reset'; when: 'before' | 'after' }
  /** Carry on after this many milliseconds. */
  | { do: 'delay'; ms: number }
  /** Carry on when this has come to pass. */
  | { do: 'wait'; for: Promise<unknown> }
  /** End a watch's stream after this many milliseconds, or reset its connection. */
  | { do: 'drop'; afterMs: number; how: 'end' | 'reset' }
  /** Refuse: an access review is answered with no, any other request with 403. */
  | { do: 'deny' };

export interface FaultRequest {
  method: string;
  /** With its query. */
  path: string;
  userAgent: string;
}

/** Chooses the fault for a request; undefined leaves it alone. */
export type Faults = (request: FaultRequest) => Fault | undefined;
