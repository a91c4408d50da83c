import { getHeapStatistics, setFlagsFromString } from 'node:v8';

const intervalMs = 1_000;
/** Of one core. Measured as CPU time, not event loop utilization, which rises when other processes use the CPU. */
const quietShare = 0.5;
/** Consecutive quiet intervals before trimming, and the duration of trimming. */
const quietIntervals = 5;
const trimmingIntervals = 30;
/** Trimming starts if the heap exceeds this multiple of its size after the last trimming. */
const worthwhile = 1.5;
const smallBytes = 64 * 2 ** 20;

/** The controls of V8, and the interval; replaceable for tests. */
interface HeapControls {
  readonly intervalMs?: number;
  /** The memory that V8 has allocated. */
  heapBytes(): number;
  setFlag(flag: string): void;
}

const ownHeap: HeapControls = {
  heapBytes: () => getHeapStatistics().total_heap_size,
  setFlag: setFlagsFromString,
};

/**
 * Under load V8 lets the heap grow to several times its live size, which is right: permanently optimizing for size
 * halved the containers per second. But an idle process does not collect garbage, and its heap stays large. So when the
 * process is quiet, V8 is told to optimize for size for a while: its memory reducer collects in small steps and returns
 * pages. Only for a while, because V8 would continue to collect, which took a twentieth of a core.
 */
export class IdleHeapTrimmer {
  readonly #controls: HeapControls;
  /** In intervals. */
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

  /** Called once per interval with the CPU usage, as a share of one core. */
  sample(cpuShare: number): void {
    this.#quiet = cpuShare < quietShare ? this.#quiet + 1 : 0;
    if (this.#trimmingLeft > 0) this.#goOn();
    else if (this.#quiet >= quietIntervals && this.#controls.heapBytes() > worthwhile * this.#leftBytes) {
      this.#trimmingLeft = trimmingIntervals;
      // V8 reads the flag at each decision of its collector; set at the start, it would also limit the young
      // generation.
      this.#controls.setFlag('--optimize-for-size');
    }
  }

  #goOn(): void {
    this.#trimmingLeft = this.#quiet > 0 ? this.#trimmingLeft - 1 : 0;
    if (this.#trimmingLeft > 0) return;
    this.#controls.setFlag('--no-optimize-for-size');
    // If work came in between, trimming was not complete.
    if (this.#quiet > 0) this.#leftBytes = Math.max(smallBytes, this.#controls.heapBytes());
  }

  /** The CPU usage since the last call. */
  #cpuShare(): number {
    const { user, system } = process.cpuUsage(this.#cpu);
    const elapsedMs = performance.now() - this.#at;
    this.#cpu = process.cpuUsage();
    this.#at = performance.now();
    return (user + system) / 1_000 / elapsedMs;
  }
}
