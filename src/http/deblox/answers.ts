import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError, type SatsumaError } from '../../model/errors.ts';
import { toldOf } from '../told-error.ts';
import { instanceOf } from './instances.ts';

/** What the original says when nobody on its bus answers to an id, or nobody answers in time. */
export const silence = { status: 'timeout or no such id' };

/** Nobody answers to the id, or whoever would does not. */
const silent = ['no_such_container', 'engine_timeout', 'engine_unreachable'] as const;

/** An engine's answer, its headers beside it, as the original handed it on; without a body where Docker sends none. */
export function engineAnswer(engine: EngineRecord, statusCode: number, body?: unknown): object {
  return shape(instanceOf(engine), statusCode, body);
}

/** A list's: Docker does not count what it sends of it. */
export function listAnswer(engine: EngineRecord, body: readonly unknown[]): object {
  const { 'Content-Length': _, ...answer } = shape(instanceOf(engine), 200, body);
  return { ...answer, 'Transfer-Encoding': 'chunked' };
}

/** What failed, as an answer of the engine that failed; without one, of nobody. */
export function failureAnswer(error: SatsumaError, engine?: EngineRecord): object {
  const { status, sentence, details } = toldOf(error);
  const body = { message: sentence, ...(details === undefined ? {} : { details }) };
  return shape(engine ? instanceOf(engine) : '', statusByEngine(error) ?? status, body);
}

/** What came of a message to one engine, where that may not answer at all. Throws what is no SatsumaError. */
export function orSilence(error: unknown, engine?: EngineRecord): object {
  if (!isSatsumaError(error)) throw error;
  if (!isSatsumaError(error, ...silent)) return failureAnswer(error, engine);
  return error.code === 'no_such_container' ? silence : { ...silence, message: error.message };
}

function shape(dockerInstance: string, statusCode: number, body: unknown): Readonly<Record<string, unknown>> {
  const common = { Date: new Date().toUTCString(), dockerInstance, statusCode };
  if (body === undefined) return { ...common, Response: '' };
  return {
    ...common,
    'Content-Type': 'application/json',
    // Docker ends what it says with a newline.
    'Content-Length': String(Buffer.byteLength(JSON.stringify(body)) + 1),
    Response: { Body: body },
  };
}

/** Where the engine itself said no, it said so with a number. */
function statusByEngine({ cause }: SatsumaError): number | undefined {
  const status = cause instanceof Error && 'status' in cause ? cause.status : undefined;
  return typeof status === 'number' && status >= 400 ? status : undefined;
}
