import type { DataOf, KnownPath, Method } from '../src/api/route-types.ts';

/** The server said no, in its own words. */
export class ApiFailure extends Error {
  readonly status: number;
  /** What else it said, like who holds what was asked for. */
  readonly details: unknown;

  constructor(status: number, message: string, details?: unknown) {
    super(message);
    this.name = 'ApiFailure';
    this.status = status;
    this.details = details;
  }
}

/** The data of the answer. Throws `ApiFailure`, and what `fetch` throws where no server answers. */
export async function call<M extends Method, Path extends string>(
  method: M,
  path: KnownPath<M, Path>,
  body?: unknown,
  signal?: AbortSignal,
): Promise<DataOf<M, Path>> {
  const response = await send(method, path, { body, signal });
  const answer = (await response.json()) as { readonly data: DataOf<M, Path> };
  return answer.data;
}

/** Of so many the page reads the text at once: it must answer keys and the mouse in between, and a thousand take 40 ms. */
const pageLength = 300;

/** A list as a whole, by pages. Throws as `call`. */
export async function callAll<Item>(path: string, signal?: AbortSignal): Promise<readonly Item[]> {
  const items: Item[] = [];
  const query = path.includes('?') ? '&' : '?';
  for (let after: string | undefined; ; ) {
    const page = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
    const response = await send('GET', `${path}${query}limit=${pageLength}${page}`, { signal });
    const { data, next } = (await response.json()) as { readonly data: Item[]; readonly next?: string };
    items.push(...data);
    if (next === undefined) return items;
    after = next;
  }
}

let serverAheadMs = Number.NEGATIVE_INFINITY;

/** By the clock of the server that answers, or up to a second less: an answer says the second in which it was made. */
export function serverNowMs(): number {
  return Date.now() + (Number.isFinite(serverAheadMs) ? serverAheadMs : 0);
}

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** In place of `body`: as it is. */
  readonly raw?: Blob;
}

/** Throws as `call`. */
export async function send(
  method: Method | 'HEAD',
  path: string,
  { body, headers, signal, raw }: Sent = {},
): Promise<Response> {
  const response = await fetch(`/${path}`, {
    method,
    ...(headers && { headers }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(raw && { body: raw }),
    ...(signal && { signal }),
  });
  const toldMs = Date.parse(response.headers.get('date') ?? '');
  if (!Number.isNaN(toldMs)) serverAheadMs = Math.max(serverAheadMs, toldMs - Date.now());
  if (response.ok) return response;
  throw await failureOf(response);
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const text = await response.text();
  try {
    const { data, details } = JSON.parse(text);
    if (typeof data === 'string') return new ApiFailure(response.status, data, details);
  } catch {
    // Something between this page and the server answered.
  }
  return new ApiFailure(response.status, `${response.status} ${response.statusText}`);
}
