export interface StallOptions {
  readonly stalledMs: number;
  /** Gives back what the source holds; called once, while the reader takes nothing. */
  readonly release: () => void;
  /** Ends the connection of a reader that does not come back. */
  readonly disconnect: () => void;
  /** What a reader that comes back is told, by the sentence. */
  readonly farewell?: (sentence: string) => string;
}

/**
 * Passes bytes on until the reader takes nothing for `stalledMs`. The source is then released. A reader that comes back
 * gets a last sentence; the connection of one that does not come back for as long again is ended.
 */
export async function* untilStalled(
  source: AsyncIterable<Buffer>,
  { stalledMs, release, disconnect, farewell = (sentence) => `\nsatsuma: ${sentence}\n` }: StallOptions,
): AsyncGenerator<Buffer> {
  let isStalled = false;
  let timer: NodeJS.Timeout | undefined;
  const giveUp = () => {
    isStalled = true;
    timer = setTimeout(disconnect, stalledMs);
    release();
  };
  try {
    for await (const bytes of source) {
      timer = setTimeout(giveUp, stalledMs);
      yield bytes;
      clearTimeout(timer);
      if (isStalled) break;
    }
  } finally {
    clearTimeout(timer);
  }
  if (isStalled) yield Buffer.from(farewell(`cut off, because nothing was read for ${stalledMs / 1000} seconds`));
}
