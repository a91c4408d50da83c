import type { JobRecord, JobRun } from '../../model/job.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { SavedImage } from '../../model/saved-image.ts';
import type { ServiceRecord, ServiceStatus } from '../../model/service.ts';
import type { Attributes, Before, EventDraft, EventSource } from './event-source.ts';
import { eventsOfMove, type Moved, movedOf } from './move-events.ts';

interface Reserved extends Pick<Reservation, 'engineId' | 'name' | 'state' | 'createdAt'> {
  readonly attributes: Attributes;
}

export const reservationSource: EventSource<Reservation, Reserved> = {
  trim: ({ engineId, name, state, createdAt, image, replica, task, containerId }) => {
    const owner = { ...(replica && { service: replica.service }), ...(task && { job: task.job, run: task.run }) };
    const container = containerId === undefined ? {} : { container: containerId };
    return { engineId, name, state, createdAt, attributes: { image: image.name, ...owner, ...container } };
  },
  compare: (before, after, id) => {
    const known = after ?? (before === 'unknown' ? undefined : before);
    const draft = (action: string, at?: string): EventDraft[] => {
      const { name = '', engineId, attributes = {} } = known ?? {};
      return [{ kind: 'reservation', action, name, id, ...(engineId && { engine: engineId }), at, attributes }];
    };
    if (!after) return before ? draft('release') : [];
    if (before === 'unknown') return draft('update');
    if (after.state === before?.state) return [];
    return after.state === 'bound' ? draft('bind') : draft('reserve', after.createdAt);
  },
};

interface Deployed {
  readonly at: string;
  readonly number: number;
  readonly isPaused: boolean;
  readonly isRemoved: boolean;
  readonly attributes: Attributes;
  readonly move: Moved | undefined;
}

export const serviceSource: EventSource<ServiceRecord, Deployed> = {
  trim: ({ generation, isPaused, isRemoved, updatedAt, spec, move }) => ({
    ...{ at: updatedAt, number: generation, isPaused, isRemoved },
    attributes: { generation, replicas: spec.replicas, image: spec.image.name },
    move: move && movedOf(move),
  }),
  compare: (before, after, id) => [...changesOf(before, after, id), ...moveEvents(before, after?.move, id)],
};

function changesOf(before: Before<Deployed>, after: Deployed | undefined, id: string): EventDraft[] {
  const draft = (action: string): EventDraft => ({
    ...{ kind: 'service', action, name: id, id, at: after?.at, attributes: after?.attributes ?? {} },
  });
  // Its record stays while its replicas are stopped.
  if (!after) return before === 'unknown' || (before && !before.isRemoved) ? [draft('remove')] : [];
  if (before === 'unknown') return [draft('update')];
  if (!before) return [draft('create')];
  if (after.isRemoved !== before.isRemoved) return [draft(after.isRemoved ? 'remove' : 'create')];
  if (after.isPaused !== before.isPaused) return [draft(after.isPaused ? 'pause' : 'unpause')];
  return after.number === before.number ? [] : [draft('update')];
}

function moveEvents(before: Before<Deployed>, after: Moved | undefined, id: string): EventDraft[] {
  return before === 'unknown' ? [] : eventsOfMove(before?.move, after, id);
}

interface Progress {
  readonly state: string;
  readonly at: string | undefined;
  readonly attributes: Attributes;
}

export const rolloutSource: EventSource<ServiceStatus, Progress> = {
  trim: ({ rollout }) => ({
    state: rollout?.state ?? '',
    at: rollout?.finishedAt,
    attributes: rollout ? { state: rollout.state, generation: rollout.generation } : {},
  }),
  compare: (before, after, id) => {
    if (!after || after.state === '' || before === 'unknown' || after.state === before?.state) return [];
    return [{ kind: 'service', action: 'rollout', name: id, id, at: after.at, attributes: after.attributes }];
  },
};

interface Job {
  readonly at: string;
  readonly isRemoved: boolean;
}

export const jobSource: EventSource<JobRecord, Job> = {
  trim: ({ updatedAt, isRemoved }) => ({ at: updatedAt, isRemoved }),
  compare: (before, after, id) => {
    const draft = (action: string): EventDraft => ({
      kind: 'job',
      action,
      name: id,
      id,
      at: after?.at,
      attributes: {},
    });
    if (!after) return before === 'unknown' || (before && !before.isRemoved) ? [draft('remove')] : [];
    if (before === 'unknown') return [draft('update')];
    if (!before) return [draft('create')];
    if (after.isRemoved !== before.isRemoved) return [draft(after.isRemoved ? 'remove' : 'create')];
    return after.at === before.at ? [] : [draft('update')];
  },
};

interface Run {
  readonly job: string;
  readonly createdAt: string;
  readonly endedAt: string | undefined;
  readonly attributes: Attributes;
}

export const runSource: EventSource<JobRun, Run> = {
  trim: ({ job, number, cause, createdAt, endedAt, attempts }) => {
    const count = (state: string) => attempts.filter(({ end }) => end?.state === state).length;
    const ended = { succeeded: count('succeeded'), failed: count('failed'), cancelled: count('cancelled') };
    return { job, createdAt, endedAt, attributes: { run: number, cause, ...(endedAt === undefined ? {} : ended) } };
  },
  compare: (before, after) => {
    if (!after) return [];
    const draft = (action: string, at: string | undefined): EventDraft => ({
      ...{ kind: 'job', action, name: after.job, id: after.job, at, attributes: after.attributes },
    });
    const isBegun = before === undefined ? [draft('run_start', after.createdAt)] : [];
    const wasEnded = before !== undefined && before !== 'unknown' && before.endedAt !== undefined;
    return after.endedAt === undefined || wasEnded ? isBegun : [...isBegun, draft('run_end', after.endedAt)];
  },
};

export const imageConfigSource: EventSource<SavedImage, Pick<SavedImage, 'version' | 'savedAt'>> = {
  trim: ({ version, savedAt }) => ({ version, savedAt }),
  compare: (before, after, id) => {
    const draft = (action: string): EventDraft => {
      const attributes = after ? { version: after.version } : {};
      return { kind: 'image-config', action, name: id, id, at: after?.savedAt, attributes };
    };
    if (!after) return before ? [draft('remove')] : [];
    if (before === 'unknown') return [draft('update')];
    if (!before) return [draft('create')];
    return after.version === before.version ? [] : [draft('update')];
  },
};
