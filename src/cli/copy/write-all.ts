/** A stream of tar-stream's. */
interface Sink {
  readonly destroyed: boolean;
  write(bytes: Buffer): boolean;
  end(data: undefined): void;
  destroy(error?: Error): void;
  on(event: 'error', listener: () => void): unknown;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}

/** Writes all of it and ends the stream, no faster than the stream takes it. Throws what the source throws; the stream is destroyed then. */
export async function writeAll(source: AsyncIterable<Buffer>, sink: Sink): Promise<void> {
  // What destroys it is thrown to its readers.
  sink.on('error', () => undefined);
  try {
    for await (const bytes of source) {
      if (sink.destroyed) return;
      if (!sink.write(bytes)) await untilDrained(sink);
    }
    sink.end(undefined);
  } catch (error) {
    sink.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

function untilDrained(sink: Sink): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      sink.off('drain', over);
      sink.off('close', over);
      resolve();
    };
    sink.once('drain', over);
    sink.once('close', over);
    if (sink.destroyed) over();
  });
}
