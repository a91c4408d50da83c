import { SatsumaError } from '../../model/errors.ts';
import type { DocumentChange, ReserveResult, SumRepair, WriteResult } from '../store.ts';

// Decodes the result codes of the scripts, which their headers list.

export function writeResult(reply: unknown, changes: readonly DocumentChange[]): WriteResult {
  const [code, detail] = codeAndDetail(reply);
  if (code === 'ok') return { ok: true, version: Number(detail) };
  if (code === 'lease') return { ok: false, conflict: 'lease' };
  if (code === 'reserved') return { ok: false, conflict: 'reserved' };
  const conflict = changes[Number(detail) - 1];
  if (code === 'conflict' && conflict) return { ok: false, conflict };
  throw unexpected(reply);
}

export function reserveResult(reply: unknown, reservationId: string): ReserveResult {
  const [code, detail] = codeAndDetail(reply);
  if (code === 'ok') return { ok: true, version: Number(detail) };
  if (code === 'stale') return { ok: false, reason: 'stale' };
  if (code === 'lease') return { ok: false, reason: 'lease' };
  if (code === 'changed') return { ok: false, reason: 'changed' };
  if (code === 'name') return { ok: false, reason: 'name', holder: String(detail) };
  if (code === 'quota') return quotaResult(reply);
  if (code === 'full') return { ok: false, reason: 'full', key: String(detail) };
  if (code === 'taken') throw new SatsumaError('invalid', `The reservation id ${reservationId} is taken.`);
  throw unexpected(reply);
}

function quotaResult(reply: unknown): ReserveResult {
  const [, key, used, limit] = Array.isArray(reply) ? reply : [];
  return { ok: false, reason: 'quota', key: String(key), used: Number(used), limit: Number(limit) };
}

/** The version of the record; undefined: it is gone, or has another version. */
export function bindResult(reply: unknown): number | undefined {
  const [code, version] = codeAndDetail(reply);
  if (code === 'ok') return Number(version);
  if (code === 'gone' || code === 'changed') return undefined;
  throw unexpected(reply);
}

export function leaseResult(reply: unknown): { readonly token: number } | undefined {
  const [code, detail] = codeAndDetail(reply);
  if (code === 'ok') return { token: Number(detail) };
  if (code === 'held') return undefined;
  throw unexpected(reply);
}

/** Undefined: the records must be read again. */
export function repairResult(reply: unknown): SumRepair[] | undefined {
  const [code, ...repairs] = strings(reply);
  if (code === 'changed') return undefined;
  if (code !== 'ok') throw unexpected(reply);
  return Array.from({ length: repairs.length / 3 }, (_, at) => {
    const [key = '', was, is] = repairs.slice(3 * at, 3 * at + 3);
    return { key, was: Number(was), is: Number(is) };
  });
}

/** For scripts that return `ok` or a reason. */
export function isOk(reply: unknown, ...refusals: readonly string[]): boolean {
  if (reply === 'ok') return true;
  if (typeof reply === 'string' && refusals.includes(reply)) return false;
  throw unexpected(reply);
}

export function strings(reply: unknown): string[] {
  if (Array.isArray(reply) && reply.every((item) => typeof item === 'string')) return reply;
  throw unexpected(reply);
}

function codeAndDetail(reply: unknown): readonly [unknown, unknown] {
  if (Array.isArray(reply)) return [reply[0], reply[1]];
  throw unexpected(reply);
}

/** Without the reply, which may contain anything. */
function unexpected(reply: unknown): SatsumaError {
  return new SatsumaError('store_unavailable', `A script in Redis returned an unknown result (${typeof reply}).`);
}
