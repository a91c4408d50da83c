import { setFlagsFromString } from 'node:v8';

const intervalMs = 1_000;
/**
 * Of one core: a thousand quiet engines take a tenth, requests one after the other twice this. CPU time, not the time that
 * the event loop was busy: where others take the CPU that one tells of them.
 */
const quietShare = 0.25;
/** In a row: between two bursts there is nothing to gain. */
const quietIntervals = 5;

/**
 * Under load V8 lets the heap grow to several times of what lives in it, which is right: told to prefer memory all the
 * time, a server ran half as many containers a second. But when little happens it does not collect, and the heap stays as
 * large. So V8 is told so for as long as the process is quiet: its own reducer then collects in small steps, and gives the
 * pages back.
 */
export class Thrift {
  readonly #setFlag: (flag: string) => void;
  #quiet = 0;
  #isThrifty = false;
  #cpu = process.cpuUsage();
  #at = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(setFlag: (flag: string) => void = setFlagsFromString) {
    this.#setFlag = setFlag;
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.#quiet = this.#cpuShare() < quietShare ? this.#quiet + 1 : 0;
    const isThrifty = this.#quiet >= quietIntervals;
    if (isThrifty === this.#isThrifty) return;
    this.#isThrifty = isThrifty;
    // V8 reads it whenever its collector decides something; set from the start, it would also cap the young generation.
    this.#setFlag(isThrifty ? '--optimize-for-size' : '--no-optimize-for-size');
  }

  /** Since it was asked last. */
  #cpuShare(): number {
    const { user, system } = process.cpuUsage(this.#cpu);
    const elapsedMs = performance.now() - this.#at;
    this.#cpu = process.cpuUsage();
    this.#at = performance.now();
    return (user + system) / 1_000 / elapsedMs;
  }
}
