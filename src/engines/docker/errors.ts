import { EngineSilence } from '../../model/engine-silence.ts';
import { type ErrorCode, isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { changesSomething, type EngineCall, meanings, tasks } from './call-meanings.ts';
import { BrokenConnection, EngineHttpError, InvalidResponse } from './failures.ts';
import { faultOfCreate, faultOfStart } from './start-faults.ts';

/** The failed call, for the error message. */
interface CallContext {
  readonly engineId: string;
  readonly addr: string;
  readonly call: EngineCall;
  /** The name of the container or image. */
  readonly subject: string;
  readonly limitMs: number;
  readonly isLate: boolean;
  /** The engine accepted the start: the process may be running. */
  readonly isUnderWay?: boolean | undefined;
}

const certificateReasons: readonly (readonly [RegExp, string])[] = [
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'has a certificate for another host name than its address'],
  [/^CERT_HAS_EXPIRED$/, 'has a certificate that has expired'],
  [/^CERT_NOT_YET_VALID$/, 'has a certificate that is not valid yet: compare the clocks'],
  [/^INVALID_PURPOSE$/, 'has a certificate that is not one for servers'],
  [
    /UNABLE_TO_|SELF_SIGNED|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|INVALID_CA/,
    'has a certificate of another CA than ca-cert',
  ],
  [/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/, 'does not speak TLS on that port'],
  [/^ERR_SSL_.*(PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/, 'does not speak TLS 1.2 or newer'],
  [/_ALERT_.*(CERTIFICATE|UNKNOWN_CA|DECRYPT|ACCESS_DENIED)/, 'refuses the certificate in ssl-cert'],
  [/^(ERR_SSL_|EPROTO$)/, 'made no TLS connection'],
];

/** Converts any failure of a call to an error that the caller can handle. */
export function toSatsumaError(error: unknown, context: CallContext): SatsumaError {
  if (isSatsumaError(error)) return error;
  const { code: errorCode, sentence } = explainFailure(error, context);
  const code = errorCode === 'engine_refused' ? faultOf(error, context) : errorCode;
  const Failure = isNoAnswer(error, context) ? EngineSilence : SatsumaError;
  return new Failure(code, `engine ${context.engineId} (${context.addr}) ${sentence}`, { cause: error });
}

/** A call that ends by its deadline breaks its own connection. */
function isNoAnswer(error: unknown, { isLate }: CallContext): boolean {
  if (error instanceof EngineHttpError || error instanceof InvalidResponse) return false;
  return isLate || (error instanceof BrokenConnection && error.phase === 'connecting' && error.code === 'ETIMEDOUT');
}

function explainFailure(error: unknown, context: CallContext): { code: ErrorCode; sentence: string } {
  const { call, subject, limitMs, isLate, isUnderWay } = context;
  const task = `${tasks[call]} ${subject}`.trim();
  if (isUnderWay && (isLate || error instanceof BrokenConnection)) {
    const why = error instanceof BrokenConnection && !isLate ? error.code : 'no answer';
    const sentence = `broke the connection (${why}) when asked to ${task}; the program may go on`;
    return { code: 'engine_unreachable', sentence };
  }
  const open = changesSomething.includes(call) ? '; the outcome is unknown' : '';
  if (error instanceof BrokenConnection && error.phase === 'connecting') return explainConnecting(error, context, task);
  if (isLate) {
    const what = call === 'pullImage' ? `said nothing for ${limitMs} ms` : `did not answer within ${limitMs} ms`;
    return { code: 'engine_timeout', sentence: `${what} when asked to ${task}${open}` };
  }
  if (error instanceof EngineHttpError) {
    return { code: meaningOf(call, error), sentence: `refused to ${task}: ${error.message}` };
  }
  if (error instanceof BrokenConnection) return explainBroken(error, task, open);
  const what = error instanceof InvalidResponse ? `: ${error.message}` : '';
  return { code: 'engine_refused', sentence: `sent an invalid response when asked to ${task}${what}` };
}

/**
 * Distinguishes requests that every engine would refuse from failures of this engine, after which another engine may be
 * tried.
 */
function faultOf(error: unknown, { call }: CallContext): ErrorCode {
  const isStart = call === 'startContainer' || call === 'restartContainer';
  if (call !== 'createContainer' && !isStart) return 'engine_refused';
  if (error instanceof InvalidResponse) return 'engine_failed';
  if (!(error instanceof EngineHttpError)) return 'engine_refused';
  return isStart ? faultOfStart(error) : faultOfCreate(error);
}

/** The request was not sent, so its outcome is certain. */
function explainConnecting({ code }: BrokenConnection, { limitMs, isLate }: CallContext, task: string) {
  const reason = certificateReason(code);
  if (reason) return reason;
  if (isLate) {
    return {
      code: 'engine_unreachable',
      sentence: `does not answer: no connection within ${limitMs / 1000} s`,
    } as const;
  }
  return { code: 'engine_unreachable', sentence: `cannot be reached to ${task} (${code}): is its daemon up?` } as const;
}

function explainBroken({ code, phase }: BrokenConnection, task: string, open: string) {
  // With TLS 1.3, a daemon rejects our certificate after the handshake, instead of the first response.
  const reason = certificateReason(code);
  if (reason) return reason;
  const sentence = `broke the connection (${code}) when asked to ${task}`;
  if (open) return { code: 'engine_timeout', sentence: `${sentence}${open}` } as const;
  if (code.startsWith('HPE_'))
    return { code: 'engine_refused', sentence: `does not speak HTTP when asked to ${task} (${code})` } as const;
  // The TLS alert is lost if the daemon closes the connection immediately.
  const hint = phase === 'fresh' ? ': does it accept the certificate in ssl-cert?' : '';
  return { code: 'engine_unreachable', sentence: `${sentence}${hint}` } as const;
}

function certificateReason(code: string) {
  const [, reason] = certificateReasons.find(([pattern]) => pattern.test(code)) ?? [];
  return reason ? ({ code: 'engine_certificate', sentence: `${reason} (${code})` } as const) : undefined;
}

function meaningOf(call: EngineCall, { status, message }: EngineHttpError): ErrorCode {
  const meaning = meanings[call].find(
    (each) => (each.status === undefined || each.status === status) && (each.says?.test(message) ?? true),
  );
  return meaning?.code ?? 'engine_refused';
}
