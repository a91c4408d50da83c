import { getHeapStatistics, setFlagsFromString } from 'node:v8';

const intervalMs = 1_000;
/** Of one core. CPU time, not the time that the event loop was busy: where others take the CPU, that one tells of them. */
const quietShare = 0.5;
/** Intervals in a row after which the process is quiet, and in which V8 then comes to give back what it can. */
const quietIntervals = 5;
const trimmingIntervals = 30;
/** A heap that is larger than this times what was left of it the last time is worth the work. */
const worthwhile = 1.5;
const smallBytes = 64 * 2 ** 20;

/** What it measures and turns, and how often; for tests. */
export interface HeapControls {
  readonly intervalMs?: number;
  /** What V8 holds of the machine's memory. */
  heapBytes(): number;
  setFlag(flag: string): void;
}

const ownHeap: HeapControls = {
  heapBytes: () => getHeapStatistics().total_heap_size,
  setFlag: setFlagsFromString,
};

/**
 * Under load V8 lets the heap grow to several times of what lives in it, which is right: told to prefer memory all the
 * time, a server ran half as many containers a second. But when little happens it does not collect, and the heap stays as
 * large. So once the process is quiet V8 is told so for a while: its own reducer collects in small steps, and gives the
 * pages back. Not for longer, for V8 would go on collecting, which took a twentieth of a core.
 */
export class IdleHeapTrimmer {
  readonly #controls: HeapControls;
  /** Intervals. */
  #quiet = 0;
  #trimmingLeft = 0;
  #leftBytes = smallBytes;
  #cpu = process.cpuUsage();
  #at = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(controls: HeapControls = ownHeap) {
    this.#controls = controls;
  }

  start(): void {
    this.#timer = setInterval(() => this.sample(this.#cpuShare()), this.#controls.intervalMs ?? intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Once in each interval, with what the process took of a core in it. */
  sample(cpuShare: number): void {
    this.#quiet = cpuShare < quietShare ? this.#quiet + 1 : 0;
    if (this.#trimmingLeft > 0) this.#goOn();
    else if (this.#quiet >= quietIntervals && this.#controls.heapBytes() > worthwhile * this.#leftBytes) {
      this.#trimmingLeft = trimmingIntervals;
      // V8 reads it whenever its collector decides something; set from the start, it would also cap the young generation.
      this.#controls.setFlag('--optimize-for-size');
    }
  }

  #goOn(): void {
    this.#trimmingLeft = this.#quiet > 0 ? this.#trimmingLeft - 1 : 0;
    if (this.#trimmingLeft > 0) return;
    this.#controls.setFlag('--no-optimize-for-size');
    // Where work came in between, it is not over.
    if (this.#quiet > 0) this.#leftBytes = Math.max(smallBytes, this.#controls.heapBytes());
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
