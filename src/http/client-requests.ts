import type { Request } from '@hapi/hapi';
import { SatsumaError } from '../model/errors.ts';
import { readerOf } from './reader-of.ts';
import type { Upgrade } from './web-sockets.ts';

/**
 * Counts the requests of each client that are under way. All clients behind a proxy have one address, and so share its
 * connections: without a bound, one of them that follows as much as it can would leave none to the others.
 */
export class ClientRequests {
  readonly #max: number;
  readonly #open = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Counts the request until its answer, or its connection, has ended. Throws `too_many_readers`. */
  add(request: Pick<Request, 'app' | 'info' | 'raw'>): void {
    const { upgrade } = request.app as { readonly upgrade?: Upgrade };
    const ending = upgrade?.socket ?? request.raw.res;
    if (ending.closed) return;
    const client = readerOf(request);
    const count = this.#open.get(client) ?? 0;
    if (count >= this.#max) throw tooMany(count);
    this.#open.set(client, count + 1);
    let isOpen = true;
    const end = () => {
      if (isOpen) this.#end(client);
      isOpen = false;
    };
    ending.once('close', end);
    // An answer without a connection of its own is never closed.
    if (!upgrade) request.raw.res.once('finish', end);
  }

  #end(client: string): void {
    const left = (this.#open.get(client) ?? 1) - 1;
    if (left > 0) this.#open.set(client, left);
    else this.#open.delete(client);
  }
}

function tooMany(count: number): SatsumaError {
  return new SatsumaError(
    'too_many_readers',
    `${count} requests of yours are being answered already, and no more at a time: end some that are followed, or ask another server`,
  );
}
