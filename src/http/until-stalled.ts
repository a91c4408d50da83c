interface StallOptions {
  readonly stalledMs: number;
  /** Releases the source's resources. Called once, when the reader has stalled. */
  readonly release: () => void;
  /** Closes the connection of a reader that does not resume. */
  readonly disconnect: () => void;
  /** Formats the last message for a reader that resumes. */
  readonly farewell?: (sentence: string) => string;
}

/**
 * Passes bytes on until the reader has read nothing for `stalledMs`. Then the source is released. A reader that resumes
 * gets a last message; the connection of one that does not is closed after the same time again.
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
