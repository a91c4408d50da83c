import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError, type SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { errorResponseOf } from '../error-response.ts';
import { instanceOf } from './instances.ts';

/** What the original says when nobody on its bus answers to an id, or nobody answers in time. */
export const silence = { status: 'timeout or no such id' };

/** Nobody answers to the id, or whoever would does not. */
const silent = ['no_such_container', 'engine_timeout', 'engine_unreachable'] as const;

/** An engine's answer, its headers beside it, as the original handed it on; without a body where Docker sends none. */
export function engineAnswer(engine: EngineRecord, statusCode: number, body?: unknown): object {
  const answer = bare(instanceOf(engine), statusCode);
  return body === undefined ? answer : { ...answer, ...counted(body) };
}

/** A list's: Docker does not count what it sends of it. */
export function listAnswer(engine: EngineRecord, body: readonly unknown[]): object {
  return { ...bare(instanceOf(engine), 200), ...typed(body), 'Transfer-Encoding': 'chunked' };
}

/** What failed, as an answer of the engine that failed; without one, of nobody. */
export function failureAnswer(cluster: Cluster, error: SatsumaError, engine?: EngineRecord): object {
  logFailure(cluster, error, engine);
  const { status, sentence, details } = errorResponseOf(error);
  const body = { message: sentence, ...(details === undefined ? {} : { details }) };
  return { ...bare(engine ? instanceOf(engine) : '', statusByEngine(error) ?? status), ...counted(body) };
}

/** What came of a message to one engine, where that may not answer at all. Throws what is no SatsumaError. */
export function orSilence(cluster: Cluster, error: unknown, engine?: EngineRecord): object {
  if (!isSatsumaError(error)) throw error;
  if (!isSatsumaError(error, ...silent)) return failureAnswer(cluster, error, engine);
  logFailure(cluster, error, engine);
  return error.code === 'no_such_container' ? silence : { ...silence, message: error.message };
}

/** The answer is 200 in any case: the log alone tells an operator that something failed. */
export function logFailure({ logger }: Pick<Cluster, 'logger'>, error: SatsumaError, engine?: EngineRecord): void {
  if (errorResponseOf(error).status >= 500) logger.warn({ err: error, engineId: engine?.id }, 'message failed');
}

/** The status of what failed, in an answer of an action; undefined: it was done. */
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

/** Docker ends what it says with a newline. */
function counted(body: unknown): object {
  return { ...typed(body), 'Content-Length': String(Buffer.byteLength(JSON.stringify(body)) + 1) };
}

/** Where the engine itself said no, it said so with a number. */
function statusByEngine({ cause }: SatsumaError): number | undefined {
  const status = cause instanceof Error && 'status' in cause ? cause.status : undefined;
  return typeof status === 'number' && status >= 400 ? status : undefined;
}
