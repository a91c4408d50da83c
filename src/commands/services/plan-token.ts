import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SatsumaError } from '../../model/errors.ts';
import type { Places } from '../../model/service.ts';

/** What a token may unfold to: ten thousand replicas on engines with long names. */
const maximumBytes = 4 * 1024 * 1024;

/** The version of what a token is made of. */
const format = 1;

const engineId = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/**
 * The plan itself, packed: any server can check it, after any restart, and none has to keep it. It is not signed: it gives
 * no right that its bearer has not, and all it says is held against the cluster when it is used.
 */
export function encodePlan({ places, ...plan }: ServicePlan): string {
  return deflateRawSync(JSON.stringify({ format, ...plan, places: pack(places) })).toString('base64url');
}

/** Throws `invalid`. */
export function decodePlan(token: string): ServicePlan {
  const { format: found, service, generation, asked, spec, places } = unfold(token);
  if (found !== format) throw noPlan();
  if (typeof service !== 'string' || !Number.isSafeInteger(generation)) throw noPlan();
  if (typeof asked !== 'string' || typeof spec !== 'string' || !Array.isArray(places)) throw noPlan();
  return { service, generation: generation as number, asked, spec, places: unpack(places) };
}

/**
 * The engine of each slot, slot 1 first, and 0 where there is none: that repeats itself, and gets small. Where slots are
 * engines, these in a list within the list.
 */
function pack(places: Places): readonly unknown[] {
  const entries = Object.entries(places);
  if (entries.every(([slot, engine]) => slot === engine)) return [Object.keys(places)];
  const last = Math.max(...entries.map(([slot]) => Number(slot)));
  return Array.from({ length: last }, (_, index) => places[index + 1] ?? 0);
}

function unpack(packed: readonly unknown[]): Places {
  const [first] = packed;
  const entries: readonly unknown[][] = Array.isArray(first)
    ? first.map((engine) => [engine, engine])
    : packed.flatMap((engine, index) => (engine === 0 ? [] : [[String(index + 1), engine]]));
  return Object.fromEntries(
    entries.map(([slot, engine]) => {
      if (typeof engine !== 'string' || !engineId.test(engine)) throw noPlan();
      return [slot, engine];
    }),
  );
}

function unfold(token: string): Readonly<Record<string, unknown>> {
  try {
    const bytes = inflateRawSync(Buffer.from(token, 'base64url'), { maxOutputLength: maximumBytes });
    const content: unknown = JSON.parse(bytes.toString());
    return typeof content === 'object' && content !== null ? { ...content } : {};
  } catch {
    throw noPlan();
  }
}

function noPlan(): SatsumaError {
  return new SatsumaError('invalid', '"plan" is no token of POST /apiv1/plan, or not all of it');
}

/** What a service was planned to come to, and all that must still hold for that. */
export interface ServicePlan {
  readonly service: string;
  /** That of the service as it was; 0: there was none. */
  readonly generation: number;
  /** What was asked for, and what that came to with the service and the saved image config of the time; as hashes. */
  readonly asked: string;
  readonly spec: string;
  /** Where each replica goes, or stays; those without a place are not in it, nor those on an engine that is not `ok`. */
  readonly places: Places;
}
