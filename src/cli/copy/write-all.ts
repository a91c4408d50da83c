import { eventOf } from '../../runtime/event-of.ts';

/** A stream of tar-stream's. */
interface Sink {
  readonly destroyed: boolean;
  write(bytes: Buffer): boolean;
  end(data: undefined): void;
  destroy(error?: Error): void;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/** Writes all of it and ends the stream, no faster than the stream takes it. Throws what the source throws; the stream is destroyed then. */
export async function writeAll(source: AsyncIterable<Buffer>, sink: Sink): Promise<void> {
  // What destroys it is thrown to its readers.
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
