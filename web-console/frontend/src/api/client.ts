/** What a service says went wrong, and how to mend it (RFC 9457 with our additions). */
export interface Fault {
  field: string;
  message: string;
  fix?: string | null;
}

interface ProblemBody {
  title?: string;
  detail?: string;
  status?: number;
  code?: string;
  fix?: string | null;
  errors?: Fault[];
  [extra: string]: unknown;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly fix: string | null;
  readonly faults: Fault[];
  /** What the service adds for one kind of problem, such as the id of an existing contact. */
  readonly extra: Record<string, unknown>;

  constructor(status: number, body: ProblemBody) {
    super(body.detail ?? body.title ?? `The service answered ${status}.`);
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? 'unknown';
    this.title = body.title ?? 'That did not work';
    this.fix = body.fix ?? null;
    this.faults = body.errors ?? [];
    this.extra = body;
  }

  /** The fault of one field, whatever is in front of its name. */
  of(field: string): Fault | undefined {
    return this.faults.find((fault) => fault.field === field || fault.field.endsWith(`.${field}`));
  }
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type Query = Record<string, string | number | boolean | null | undefined>;

let csrfToken: string | null = null;

export function rememberCsrf(token: string | null): void {
  csrfToken = token;
}

export function withQuery(path: string, query?: Query): string {
  if (!query) {
    return path;
  }
  const parts = Object.entries(query)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`);
  return parts.length ? `${path}?${parts.join('&')}` : path;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Call {
  clientId?: string | null;
  body?: unknown;
  /** Sent as it is, instead of a body. */
  file?: Blob;
  signal?: AbortSignal;
  idempotencyKey?: string;
}

export async function call<T>(method: Method, url: string, options: Call = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
  } else if (options.file) {
    headers['Content-Type'] = 'text/csv';
  }
  if (options.clientId) {
    headers['X-Client-Id'] = options.clientId;
  }
  if (method !== 'GET' && csrfToken) {
    headers['X-CSRF-Token'] = csrfToken;
  }
  if (options.idempotencyKey) {
    headers['Idempotency-Key'] = options.idempotencyKey;
  }
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      body: options.body === undefined ? options.file : JSON.stringify(options.body),
      credentials: 'same-origin',
      signal: options.signal,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') {
      throw cause;
    }
    throw new Problem(0, {
      title: 'No connection',
      code: 'offline',
      detail: 'The console could not reach the gateway.',
      fix: 'Check your network, or whether the fleet runs (./omnify status). What you typed is kept.',
    });
  }
  if (response.status === 204 || response.headers.get('Content-Length') === '0') {
    return undefined as T;
  }
  const type = response.headers.get('Content-Type') ?? '';
  const body = type.includes('json') ? await response.json() : { detail: await response.text() };
  if (!response.ok) {
    if (response.status === 401) {
      window.dispatchEvent(new CustomEvent('omnify:signed-out'));
    }
    throw new Problem(response.status, body as ProblemBody);
  }
  return body as T;
}

/** Calls on behalf of one client. */
export class Api {
  readonly clientId: string | null;

  constructor(clientId: string | null) {
    this.clientId = clientId;
  }

  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return call<T>('GET', withQuery(`/api/v1${path}`, query), { clientId: this.clientId, signal });
  }

  /** A creating POST: asked twice by a shaky line, it happens once. */
  create<T>(path: string, body: unknown): Promise<T> {
    return call<T>('POST', `/api/v1${path}`, {
      clientId: this.clientId,
      body,
      idempotencyKey: crypto.randomUUID(),
    });
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return call<T>('POST', `/api/v1${path}`, { clientId: this.clientId, body });
  }

  /** Sends a file as it lies on the disk. */
  upload<T>(path: string, query: Query, file: Blob): Promise<T> {
    return call<T>('POST', withQuery(`/api/v1${path}`, query), {
      clientId: this.clientId,
      file,
      idempotencyKey: crypto.randomUUID(),
    });
  }

  /** Gives the browser a file to keep. */
  async download(path: string, name: string): Promise<void> {
    const response = await fetch(`/api/v1${path}`, {
      headers: this.clientId ? { 'X-Client-Id': this.clientId } : {},
      credentials: 'same-origin',
    });
    if (!response.ok) {
      throw new Problem(response.status, (await response.json()) as ProblemBody);
    }
    const address = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    URL.revokeObjectURL(address);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return call<T>('PUT', `/api/v1${path}`, { clientId: this.clientId, body });
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return call<T>('PATCH', `/api/v1${path}`, { clientId: this.clientId, body });
  }

  remove<T>(path: string): Promise<T> {
    return call<T>('DELETE', `/api/v1${path}`, { clientId: this.clientId });
  }
}
