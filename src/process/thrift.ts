import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';

const intervalMs = 1_000;
/** A thousand quiet engines take a tenth of the time; requests one after the other take more than half. */
const quietShare = 0.2;
/** In a row: between two bursts there is nothing to gain. */
const quietIntervals = 5;

/**
 * Under load V8 lets the heap grow to several times of what lives in it, which is right: collecting more often costs a
 * third of the speed. But when little happens it does not collect, and the heap stays as large. So V8 is told to prefer
 * memory for as long as the process is quiet: its own reducer then collects in small steps and gives the pages back.
 */
export class Thrift {
  readonly #setFlag: (flag: string) => void;
  #quiet = 0;
  #isThrifty = false;
  #seen: EventLoopUtilization = performance.eventLoopUtilization();
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
    const now = performance.eventLoopUtilization();
    const isQuiet = performance.eventLoopUtilization(now, this.#seen).utilization < quietShare;
    this.#seen = now;
    this.#quiet = isQuiet ? this.#quiet + 1 : 0;
    const isThrifty = this.#quiet >= quietIntervals;
    if (isThrifty === this.#isThrifty) return;
    this.#isThrifty = isThrifty;
    // V8 reads it whenever its collector decides something; set from the start, it would also cap the young generation.
    this.#setFlag(isThrifty ? '--optimize-for-size' : '--no-optimize-for-size');
  }
}
