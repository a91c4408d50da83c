import { type DestinationStream, type LevelWithSilent, type Logger, pino, stdTimeFunctions } from 'pino';
import { visibleLines } from '../model/visible-text.ts';
import { redactFields, redactLine } from './redact.ts';

export type { Logger } from 'pino';

/**
 * One JSON object a line, to standard output unless `destination` says otherwise. Secrets are left out; see redact.ts. What
 * a terminal would obey is escaped, beyond what JSON asks for.
 */
export function createLogger(
  options: { level: LevelWithSilent },
  destination: DestinationStream = logOutput(),
): Logger {
  const settings = {
    level: options.level,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { log: redactFields },
    // Errors are plain objects by then.
    serializers: { err: (error: unknown) => error },
    hooks: { streamWrite: (line: string) => visibleLines(redactLine(line)) },
  };
  const log = pino(settings, destination);
  return redactChildren(log);
}

/** pino drops the formatter of bindings in children of children; children inherit this method. */
function redactChildren(log: Logger): Logger {
  const { child } = log;
  log.child = function redactedChild(this: Logger, bindings, childOptions) {
    return child.call(this, redactFields(bindings), childOptions);
  } as Logger['child'];
  return log;
}

/** What is kept of a log that cannot be written for now; the rest is lost. */
const longestBytes = 1024 * 1024;

/** Standard output. A log that cannot be written, as on a full disk, is said so once on standard error and stops no server. */
function logOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true, maxLength: longestBytes });
  let isReported = false;
  output.on('error', ({ message }: Error) => {
    if (isReported) return;
    isReported = true;
    process.stderr.write(`satsuma: the log cannot be written, and the server goes on: ${message}\n`);
  });
  return output;
}
