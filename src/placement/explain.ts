import type { Advice } from '../model/advice.ts';
import { heldBy } from '../model/scheduler.ts';
import { advise } from './advise.ts';
import type { EngineRejection, PlaceRequest } from './place.ts';

/** A rejection by an engine, as in answers. `held_by`: the containers that hold the missing claim. */
export interface RejectionReport {
  readonly engine: string;
  readonly code: string;
  readonly message: string;
  /** The message for whoever does not see all projects and engines, where it differs by more than `held_by`. */
  readonly scoped_message?: string;
  readonly held_by?: readonly string[];
}

type ReasonCount = Pick<RejectionReport, 'message' | 'scoped_message'> & { readonly engines: number };

export interface Explanation {
  /** Each message with the number of engines, most frequent first, as in swarmkit's `Explain`. */
  readonly counts: readonly ReasonCount[];
  /** By engine id; at most `maximumReports` of them. */
  readonly engines: readonly RejectionReport[];
  /** Advice, for requests by users. */
  readonly advice?: readonly Advice[];
}

/** An answer about 10,000 engines would be megabytes; the counts cover all of them. */
const maximumReports = 200;

/** The explanation with advice. */
export function explainWithAdvice(
  rejections: readonly EngineRejection[],
  { image, schedulers }: Pick<PlaceRequest, 'image' | 'schedulers'>,
): Explanation {
  const advice = advise(
    image,
    schedulers,
    rejections.map(({ engine }) => engine),
  );
  return { ...explain(rejections), ...(advice.length > 0 && { advice }) };
}

export function explain(rejections: readonly EngineRejection[]): Explanation {
  const counts = new Map<string, ReasonCount>();
  for (const rejection of rejections) {
    const message = withHint(rejection.message, rejection);
    const { engines = 0 } = counts.get(message) ?? {};
    counts.set(message, { message, ...scopedPart(rejection), engines: engines + 1 });
  }
  return {
    counts: [...counts.values()].sort((a, b) => b.engines - a.engines || (a.message < b.message ? -1 : 1)),
    engines: rejections.slice(0, maximumReports).map(report),
  };
}

function report(rejection: EngineRejection): RejectionReport {
  const { engine, code, message, key } = rejection;
  const holders = key === undefined ? [] : holdersOf(key, [...engine.holders, ...engine.external]);
  const shown = { engine: engine.id, code, ...scopedPart(rejection) };
  if (holders.length === 0) return { ...shown, message: withHint(message, rejection) };
  return { ...shown, message: withHint(`${message}${heldBy(holders)}`, rejection), held_by: holders };
}

function scopedPart(rejection: EngineRejection): Pick<RejectionReport, 'scoped_message'> {
  const { scopedMessage } = rejection;
  return scopedMessage === undefined ? {} : { scoped_message: withHint(scopedMessage, rejection) };
}

function withHint(message: string, { hint }: Pick<EngineRejection, 'hint'>): string {
  return hint === undefined ? message : `${message}: ${hint}`;
}

/** The recorded holders; if there are none, those with a reservation in progress. */
function holdersOf(key: string, holders: EngineRejection['engine']['holders']): string[] {
  const all = holders.filter(({ claims }) => claims.some((claim) => claim.key === key));
  const onRecord = all.filter(({ isAssumed }) => !isAssumed);
  return (onRecord.length > 0 ? onRecord : all).map(({ name }) => name);
}
