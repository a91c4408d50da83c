import { eventOf } from '../../runtime/event-of.ts';

/** A writable stream of tar-stream. */
interface Sink {
  readonly destroyed: boolean;
  write(bytes: Buffer): boolean;
  end(data: undefined): void;
  destroy(error?: Error): void;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/**
 * Writes all data and ends the stream, with backpressure. Throws what the source throws, after destroying the stream.
 */
export async function writeAll(source: AsyncIterable<Buffer>, sink: Sink): Promise<void> {
  // The error is thrown to the stream's readers.
  sink.on('error', () => undefined);
  try {
    for await (const bytes of source) {
      if (sink.destroyed) return;
      if (!sink.write(bytes) && !sink.destroyed) await eventOf(sink, 'drain', 'close');
    }
    sink.end(undefined);
  } catch (error) {
    sink.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}
