import type { ContainerEnd } from '../../model/container-end.ts';
import type { EventDraft, EventSource } from './event-source.ts';

/** What observations of the engine know about the container. */
interface Known {
  readonly state: string;
  readonly project?: string | undefined;
}

/**
 * Derives events of containers that ended soon after their start, or were removed as soon as they ended, as with
 * `docker run --rm`: no observation shows how they ended, or even that short-lived ones ran. Omits what observations
 * already reported; see container-source.ts.
 */
export const endSource: EventSource<ContainerEnd, ContainerEnd> = {
  trim: (end) => end,
  compare: (before, after, _, beside) => {
    if (!after) return [];
    const end = after.destroyedAt === undefined ? [] : [draftOf('destroy', after, after.destroyedAt)];
    if (before) return before !== 'unknown' && before.destroyedAt === undefined ? end : [];
    const known = beside as Known | 'unknown' | undefined;
    const { startedAt, diedAt, exitCode } = after;
    const ran = startedAt !== undefined;
    const isUnstarted = typeof known === 'object' && known.state === 'created';
    const isTold = typeof known === 'object' && (known.state === 'exited' || known.state === 'dead');
    return [
      ...(ran && known === undefined ? [draftOf('create', after, startedAt)] : []),
      ...(ran && (known === undefined || isUnstarted) ? [draftOf('start', after, startedAt)] : []),
      ...(isTold ? [] : [draftOf('die', after, diedAt, exitCode === undefined ? {} : { exit_code: exitCode })]),
      ...end,
    ];
  },
};

function draftOf(action: string, end: ContainerEnd, at: string, more: EventDraft['attributes'] = {}): EventDraft {
  const { engineId: engine, containerId: id, name, image, project } = end;
  const state = action === 'create' ? 'created' : action === 'start' ? 'running' : 'exited';
  const whose = project === undefined ? {} : { project };
  return { kind: 'container', action, name, id, engine, ...whose, at, attributes: { image, state, ...more } };
}
