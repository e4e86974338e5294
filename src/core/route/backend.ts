/** Where a version's connections go. `subset` labels select pods among the Service's own. */
export interface Backend {
  service: string;
  namespace: string;
  /** Absent where the route leaves it to a Service with one port. */
  port?: number;
  subset?: string;
}
