import { SatsumaError } from '../../model/errors.ts';
import type { StreamUse } from '../stream-use.ts';
import { ReaderShares } from './reader-shares.ts';

/** A log stream takes up to half a megabyte while its client does not read. */
const maxStreams = 1024;
/** The rest is reserved for processes and archives, so that log streams cannot block `exec`. */
const maxLogs = 768;

/** Counts the streams of this process's clients over all engines. */
export class StreamSlots {
  readonly #logs = new ReaderShares(maxLogs, 'this server');
  #taken = 0;

  /** Returns a function that releases the slot. `reader`: the client that reads logs. Throws `too_many_readers`. */
  take(use: StreamUse, reader?: string): () => void {
    if (this.#taken >= maxStreams) {
      const message = `this server reads ${maxStreams} logs and other streams already, and no more at a time: end some that are followed, ask another server, or try again later`;
      throw new SatsumaError('too_many_readers', message);
    }
    const giveShareBack = use === 'logs' ? this.#logs.take(reader) : undefined;
    this.#taken += 1;
    let isMine = true;
    return () => {
      if (!isMine) return;
      isMine = false;
      this.#taken -= 1;
      giveShareBack?.();
    };
  }
}
