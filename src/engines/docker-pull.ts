import { Refusal } from './docker-failures.ts';

/** A line of progress is some hundred bytes. */
const maximumLine = 2 ** 20;

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

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maximumLine) throw new Refusal(0, 'a line of progress without an end');
    yield* lines.filter((line) => line.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}
