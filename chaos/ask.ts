import { once } from 'node:events';

/** What came of a request. Status 0: no answer, and nothing is known of whether it was carried out. */
export interface Heard {
  readonly status: number;
  /** The stable code of a refusal; of a failure, Node's word for it; otherwise empty. */
  readonly code: string;
  /** The envelope. */
  readonly body: { readonly data?: unknown; readonly errors?: unknown };
}

/** Less than a server may take on a frozen engine: clients do give up. */
const timeoutMs = 5_000;

/** Asks one server once. `key`: an `Idempotency-Key`. Never throws. */
export async function ask(
  address: string,
  method: string,
  path: string,
  { body, key }: { readonly body?: unknown; readonly key?: string | undefined } = {},
): Promise<Heard> {
  const giveUp = new AbortController();
  // Not AbortSignal.timeout: a signal that nobody holds may be collected, and the request then waits for ever.
  const timer = setTimeout(() => giveUp.abort(new DOMException('no answer in time', 'TimeoutError')), timeoutMs);
  try {
    const asking = fetch(`http://${address}/apiv1/${path}`, {
      method,
      signal: giveUp.signal,
      ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).then(async (response) => ({ status: response.status, body: (await response.json()) as Envelope }));
    const heard = await Promise.race([asking, aborted(giveUp.signal)]);
    return { ...heard, code: heard.body.code ?? '' };
  } catch (error) {
    return { status: 0, code: wordFor(error), body: {} };
  } finally {
    clearTimeout(timer);
  }
}

type Envelope = Heard['body'] & { readonly code?: string };

async function aborted(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw signal.reason;
}

function wordFor(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const cause = error.cause ?? error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}
