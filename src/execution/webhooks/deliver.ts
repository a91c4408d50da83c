import { createHmac } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type AddressGuard, ClosedAddress } from './address-guard.ts';

/** The timeout of an attempt, from the DNS lookup to the response headers. */
const tryMs = 10_000;

/** The error for a webhook whose secret cannot be decrypted. */
export const otherKey = 'its secret was encrypted with a key that this server does not have: create it anew';

interface Delivery {
  readonly url: string;
  readonly secret: string;
  /** The event id, by which receivers detect duplicates. */
  readonly id: string;
  /** Like `container.die`. */
  readonly event: string;
  readonly webhook: string;
  /** JSON. */
  readonly body: string;
  /** How many earlier events were dropped. */
  readonly dropped: number;
}

/** `error`: why it should be retried; does not contain the URL, which may be a secret. */
interface DeliveryResult {
  readonly status: number | undefined;
  readonly error: string | undefined;
}

/** One delivery attempt. Never throws receiver errors. */
export function deliver(delivery: Delivery, guard: AddressGuard, signal: AbortSignal): Promise<DeliveryResult> {
  const { url, secret, id, event, webhook, body, dropped } = delivery;
  return new Promise((resolve) => {
    const end = (status: number | undefined, error: string | undefined) => resolve({ status, error });
    const target = new URL(url);
    const host = target.hostname.replace(/^\[|\]$/g, '');
    // Literal addresses skip the lookup.
    if (isIP(host) !== 0 && !guard.isOpen(host)) return end(undefined, new ClosedAddress(host).message);
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'satsuma',
      'x-satsuma-event': event,
      'x-satsuma-delivery': id,
      'x-satsuma-webhook': webhook,
      'x-satsuma-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      ...(dropped > 0 && { 'x-satsuma-dropped': String(dropped) }),
    };
    // No keep-alive: a reused connection may lead to an address that the name no longer has.
    const request = send(target, { method: 'POST', headers, agent: false, lookup: guard.lookup, signal });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${tryMs / 1000} s`)), tryMs);
    request.once('close', () => {
      clearTimeout(timer);
      end(undefined, 'the connection broke off');
    });
    request.once('error', (error: NodeJS.ErrnoException) => end(undefined, sentenceOf(error)));
    request.once('response', (response: IncomingMessage) => {
      const { statusCode: status = 0 } = response;
      end(status, status >= 200 && status < 300 ? undefined : refusal(status));
      // The response body is not read: it may be endless.
      response.destroy();
    });
    request.end(body);
  });
}

function refusal(status: number): string {
  return status >= 300 && status < 400 ? `HTTP ${status}: redirects are not followed` : `HTTP ${status}`;
}

function sentenceOf(error: NodeJS.ErrnoException): string {
  if (error instanceof ClosedAddress || error.code === undefined) return error.message;
  return error.name === 'AbortError' ? 'the server stopped' : error.code;
}
