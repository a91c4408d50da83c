import { isDeepStrictEqual } from 'node:util';
import {
  type EngineCondition,
  type EngineIntent,
  type EngineObservation,
  type EngineRecord,
  type EngineStatus,
  statusOf,
} from '../../model/engine.ts';
import type { EventDraft, EventSource } from './event-source.ts';

interface Engine {
  readonly status: EngineStatus;
  readonly intent: EngineIntent;
  readonly condition: EngineCondition;
  readonly since: string;
  readonly error: string;
  /** The operator's settings. */
  readonly settings: Pick<EngineRecord, 'addr' | 'cpus' | 'memory' | 'labels' | 'resources'>;
}

/** A status change has the new status as its action: `engine.down`. */
export const engineSource: EventSource<EngineRecord, Engine> = {
  trim: (engine) => {
    const { addr, cpus, memory, labels, resources = {}, intent, condition, since, error = '' } = engine;
    const settings = { addr, cpus, memory, labels, resources };
    return { status: statusOf(engine), intent, condition, since, error, settings };
  },
  compare: (before, after, id) => {
    const draft = (action: string, at?: string, more: EventDraft['attributes'] = {}): EventDraft => {
      const attributes = { ...(after && { status: after.status }), ...more };
      return { kind: 'engine', action, name: id, id, engine: id, at, attributes };
    };
    if (!after) return before ? [draft('remove')] : [];
    if (before === 'unknown') return [draft('update')];
    if (!before) return [draft('create')];
    const { status, since, error } = after;
    const isChanged = !isDeepStrictEqual(before.settings, after.settings);
    const reason = error === '' ? {} : { error };
    // The record's time is that of the condition, not of an operator's change.
    const at = after.intent === before.intent ? since : undefined;
    return [
      ...(isChanged ? [draft('update')] : []),
      ...(status === before.status ? [] : [draft(status, at, { old_status: before.status, ...reason })]),
    ];
  },
};

interface Images {
  readonly at: string;
  readonly names: readonly string[];
}

/** Docker's actions for names that an image gains and loses. */
export const imageSource: EventSource<EngineObservation, Images> = {
  trim: ({ observedAt, images }) => ({ at: observedAt, names: images }),
  compare: (before, after, engine) => {
    // Without an earlier observation, all images would seem new.
    if (!before || before === 'unknown' || !after) return [];
    const [old, now] = [new Set(before.names), new Set(after.names)];
    const draft = (action: string) => (name: string) =>
      ({ kind: 'image', action, name, id: name, engine, at: after.at, attributes: {} }) as const;
    return [
      ...after.names.filter((name) => !old.has(name)).map(draft('tag')),
      ...before.names.filter((name) => !now.has(name)).map(draft('untag')),
    ];
  },
};
