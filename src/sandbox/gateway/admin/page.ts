/** What the admin port answers to one request. */
export interface AdminPage {
  status: number;
  type: string;
  body: string;
}

export function text(body: string, status = 200): AdminPage {
  return { status, type: 'text/plain; charset=UTF-8', body };
}

/** A protobuf message as Envoy prints it. */
export function message(value: object): AdminPage {
  return { status: 200, type: 'application/json', body: `${JSON.stringify(value, null, 1)}\n` };
}
