import { Refusal } from './docker-failures.ts';
import { linesOf } from './docker-lines.ts';

/** One line of Docker's answer to a pull. */
interface PullEvent {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/**
 * Reads a pull to its end. Docker answers 200 before it knows whether the image exists, so a failure is a line of the
 * stream. Throws Refusal.
 */
export async function followPull(stream: AsyncIterable<Buffer>, onProgress: (status: string) => void): Promise<void> {
  for await (const line of linesOf(stream)) {
    const { id, status, error, errorDetail } = JSON.parse(line) as PullEvent;
    const failure = errorDetail?.message ?? error;
    if (failure !== undefined) throw new Refusal(0, String(failure));
    if (status !== undefined) onProgress(id === undefined ? status : `${id}: ${status}`);
  }
}
