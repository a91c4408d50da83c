import { type DestinationStream, type LevelWithSilent, type Logger, pino, stdTimeFunctions } from 'pino';
import { visibleLines } from '../model/visible-text.ts';
import { redactFields, redactLine } from './redact.ts';

export type { Logger } from 'pino';

/**
 * One JSON object per line, by default to standard output. Secrets are removed; see redact.ts. Control characters are
 * escaped for terminals, beyond JSON's requirements.
 */
export function createLogger(
  options: { level: LevelWithSilent },
  destination: DestinationStream = logOutput(),
): Logger {
  const settings = {
    level: options.level,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { log: redactFields },
    // Errors are already plain objects.
    serializers: { err: (error: unknown) => error },
    hooks: { streamWrite: (line: string) => visibleLines(redactLine(line)) },
  };
  const log = pino(settings, destination);
  return redactChildren(log);
}

/** pino drops the formatter of bindings in nested children; children inherit this method. */
function redactChildren(log: Logger): Logger {
  const { child } = log;
  log.child = function redactedChild(this: Logger, bindings, childOptions) {
    return child.call(this, redactFields(bindings), childOptions);
  } as Logger['child'];
  return log;
}

/** The buffer while the log is not writable; beyond it, lines are lost. */
const maxBytes = 1024 * 1024;

/**
 * Standard output. If the log is not writable, as on a full disk, that is reported once on standard error, and the
 * server continues.
 */
function logOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true, maxLength: maxBytes });
  let isReported = false;
  output.on('error', ({ message }: Error) => {
    if (isReported) return;
    isReported = true;
    process.stderr.write(`satsuma: the log cannot be written, and the server goes on: ${message}\n`);
  });
  return output;
}
