import { type DestinationStream, pino } from 'pino';

/** What is kept of a log that cannot be written for now; the rest is lost. */
const longestBytes = 1024 * 1024;

/** Standard output. A log that cannot be written, as on a full disk, is said so once on standard error and stops no server. */
export function logOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true, maxLength: longestBytes });
  let isReported = false;
  output.on('error', ({ message }: Error) => {
    if (isReported) return;
    isReported = true;
    process.stderr.write(`satsuma: the log cannot be written, and the server goes on: ${message}\n`);
  });
  return output;
}
