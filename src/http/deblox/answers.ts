import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError, type SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { errorResponseOf } from '../error-response.ts';
import { instanceOf } from './instances.ts';

/** The original's answer if nobody on its bus knows the id, or the answer takes too long. */
export const silence = { status: 'timeout or no such id' };

/** Errors that mean that nobody answered. */
const silent = ['no_such_container', 'engine_timeout', 'engine_unreachable'] as const;

/** An engine's answer with its headers, as the original passed it on. No body if Docker sends none. */
export function engineAnswer(engine: EngineRecord, statusCode: number, body?: unknown): object {
  const answer = bare(instanceOf(engine), statusCode);
  return body === undefined ? answer : { ...answer, ...counted(body) };
}

/** A list answer, which Docker sends without a Content-Length. */
export function listAnswer(engine: EngineRecord, body: readonly unknown[]): object {
  return { ...bare(instanceOf(engine), 200), ...typed(body), 'Transfer-Encoding': 'chunked' };
}

/** An error as an answer of the engine that failed; without an engine, as one of nobody. */
export function failureAnswer(cluster: Cluster, error: SatsumaError, engine?: EngineRecord): object {
  logFailure(cluster, error, engine);
  const { status, sentence, details } = errorResponseOf(error);
  const body = { message: sentence, ...(details === undefined ? {} : { details }) };
  return { ...bare(engine ? instanceOf(engine) : '', statusByEngine(error) ?? status), ...counted(body) };
}

/** The answer to a failed message to one engine, which may not answer at all. Throws anything but a SatsumaError. */
export function orSilence(cluster: Cluster, error: unknown, engine?: EngineRecord): object {
  if (!isSatsumaError(error)) throw error;
  if (!isSatsumaError(error, ...silent)) return failureAnswer(cluster, error, engine);
  logFailure(cluster, error, engine);
  return error.code === 'no_such_container' ? silence : { ...silence, message: error.message };
}

/** The HTTP status is always 200, so an operator finds failures in the log only. */
export function logFailure({ logger }: Pick<Cluster, 'logger'>, error: SatsumaError, engine?: EngineRecord): void {
  if (errorResponseOf(error).status >= 500) logger.warn({ err: error, engineId: engine?.id }, 'message failed');
}

/** The status of the failure in an action's answer. Undefined: success. */
export function failureIn(answer: object): number | undefined {
  const { error, status, statusCode } = answer as Readonly<Record<string, unknown>>;
  if (error !== undefined) return 400;
  if (status === silence.status) return 404;
  return typeof statusCode === 'number' && statusCode >= 400 ? statusCode : undefined;
}

function bare(dockerInstance: string, statusCode: number): object {
  return { Date: new Date().toUTCString(), Response: '', dockerInstance, statusCode };
}

function typed(body: unknown): object {
  return { 'Content-Type': 'application/json', Response: { Body: body } };
}

/** Docker ends its bodies with a newline. */
function counted(body: unknown): object {
  return { ...typed(body), 'Content-Length': String(Buffer.byteLength(JSON.stringify(body)) + 1) };
}

/** The engine's own HTTP status, if it refused the request. */
function statusByEngine({ cause }: SatsumaError): number | undefined {
  const status = cause instanceof Error && 'status' in cause ? cause.status : undefined;
  return typeof status === 'number' && status >= 400 ? status : undefined;
}
