/** Files to watch, and what to do when they change. */
interface Followed<T> {
  /** Throws if the files are invalid: the previous content then stays in use. */
  read(): Promise<T>;
  /** The current content. */
  readonly used: T;
  onChange(read: T): void;
  /** Called once per distinct message. */
  onFailure(error: Error): void;
}

const lookEveryMs = 10_000;

/** Reads the files every 10 seconds and at SIGHUP. Returns a function that stops it. */
export function followFiles<T>({ read, used, onChange, onFailure }: Followed<T>): () => void {
  let current = JSON.stringify(used);
  let complained = '';
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const found = await read();
      const text = JSON.stringify(found);
      complained = '';
      if (text === current) return;
      onChange(found);
      current = text;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (failure.message !== complained) onFailure(failure);
      complained = failure.message;
    } finally {
      isLooking = false;
    }
  };
  const lookNow = () => void look();
  const timer = setInterval(lookNow, lookEveryMs).unref();
  process.on('SIGHUP', lookNow);
  return () => {
    clearInterval(timer);
    process.off('SIGHUP', lookNow);
  };
}
