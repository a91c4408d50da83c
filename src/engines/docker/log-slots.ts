import { SatsumaError } from '../../model/errors.ts';

/** A stream of logs takes up to half a megabyte while its reader does not read. */
const mostStreams = 1024;

/** Counts the streams of logs that this process reads, of all engines together. */
export class LogSlots {
  #taken = 0;

  /** Returns what gives the slot back. Throws `too_many_readers`. */
  take(): () => void {
    if (this.#taken >= mostStreams) {
      const message = `this server reads ${mostStreams} logs and other streams already, and no more at a time: try again when fewer are read`;
      throw new SatsumaError('too_many_readers', message);
    }
    this.#taken += 1;
    let isMine = true;
    return () => {
      if (isMine) this.#taken -= 1;
      isMine = false;
    };
  }
}
