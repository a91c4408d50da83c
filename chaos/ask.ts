import { once } from 'node:events';

/** The result of a request. Status 0: no answer, so it is unknown whether it was carried out. */
export interface Reply {
  readonly status: number;
  /** The stable code of an error answer; for a failure, Node's code; otherwise empty. */
  readonly code: string;
  /** The envelope. */
  readonly body: { readonly data?: unknown; readonly errors?: unknown };
}

/** Shorter than a server may need with a frozen engine, because real clients give up, too. */
const timeoutMs = 5_000;

/** Sends one request to one server. `key`: an `Idempotency-Key`. Never throws. */
export async function ask(
  address: string,
  method: string,
  path: string,
  { body, key }: { readonly body?: unknown; readonly key?: string | undefined } = {},
): Promise<Reply> {
  const giveUp = new AbortController();
  // Not AbortSignal.timeout: an unreferenced signal may be garbage collected, and the request would then wait forever.
  const timer = setTimeout(() => giveUp.abort(new DOMException('no answer in time', 'TimeoutError')), timeoutMs);
  try {
    const asking = fetch(`http://${address}/apiv1/${path}`, {
      method,
      signal: giveUp.signal,
      ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).then(async (response) => ({ status: response.status, body: (await response.json()) as Envelope }));
    const reply = await Promise.race([asking, aborted(giveUp.signal)]);
    return { ...reply, code: reply.body.code ?? '' };
  } catch (error) {
    return { status: 0, code: wordFor(error), body: {} };
  } finally {
    clearTimeout(timer);
  }
}

type Envelope = Reply['body'] & { readonly code?: string };

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
