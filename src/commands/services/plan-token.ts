import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SatsumaError } from '../../model/errors.ts';
import type { Places } from '../../model/service.ts';

/** Maximum size of a decoded token: ten thousand replicas on engines with long names. */
const maximumBytes = 4 * 1024 * 1024;

/** The version of the token's content. */
const format = 1;

const engineId = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/**
 * The plan itself, compressed: any server can check it, even after a restart, and none has to store it. It is not
 * signed: it grants no permission, and everything in it is checked against the cluster when it is used.
 */
export function encodePlan({ places, ...plan }: ServicePlan): string {
  return deflateRawSync(JSON.stringify({ format, ...plan, places: pack(places) })).toString('base64url');
}

/** Throws `invalid`. */
export function decodePlan(token: string): ServicePlan {
  const { format: found, service, generation, asked, spec, places } = decodeBody(token);
  if (found !== format) throw noPlan();
  if (typeof service !== 'string' || !Number.isSafeInteger(generation)) throw noPlan();
  if (typeof asked !== 'string' || typeof spec !== 'string' || !Array.isArray(places)) throw noPlan();
  return { service, generation: generation as number, asked, spec, places: unpack(places) };
}

/**
 * The engine of each slot from slot 1 on, 0 if it has none: repetitive, so it compresses well. For a global service,
 * whose slots are engines, a nested list of these.
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

function decodeBody(token: string): Readonly<Record<string, unknown>> {
  try {
    const bytes = inflateRawSync(Buffer.from(token, 'base64url'), { maxOutputLength: maximumBytes });
    const content: unknown = JSON.parse(bytes.toString());
    return typeof content === 'object' && content !== null ? { ...content } : {};
  } catch {
    throw noPlan();
  }
}

function noPlan(): SatsumaError {
  return new SatsumaError('invalid', '"plan" is not a valid plan token; it may be truncated');
}

/** The planned result for a service, and the conditions under which the plan is valid. */
export interface ServicePlan {
  readonly service: string;
  /** The service's generation at planning. 0: it did not exist. */
  readonly generation: number;
  /**
   * Hashes of the request, and of the spec that resulted from it with the service and the saved image config at that
   * time.
   */
  readonly asked: string;
  readonly spec: string;
  /** The planned engine of each replica. Without replicas that have no place, or are on an engine that is not `ok`. */
  readonly places: Places;
}
