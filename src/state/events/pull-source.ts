import type { ImagePull } from '../../model/image-pull.ts';
import type { Attributes, EventDraft, EventSource } from './event-source.ts';

/** Image pulls; `pull` is Docker's action for a completed one. */
export const pullSource: EventSource<ImagePull, ImagePull> = {
  trim: (pull) => pull,
  compare: (before, after, id) => {
    if (after) return [draftOf(before ? actionOf(after) : (startOf(after) ?? actionOf(after)), after, id)];
    // Its server died, or could not write the end.
    const isOpen = before !== undefined && before !== 'unknown' && before.state === 'pulling';
    return isOpen
      ? [{ ...draftOf('pull_failed', before, id, { error: 'the outcome is unknown' }), at: undefined }]
      : [];
  },
};

function startOf({ state }: ImagePull): string | undefined {
  return state === 'pulling' ? 'pull_start' : undefined;
}

function actionOf({ state }: ImagePull): string {
  return { pulling: 'pull_progress', pulled: 'pull', failed: 'pull_failed' }[state];
}

function draftOf(action: string, pull: ImagePull, id: string, more: Attributes = {}): EventDraft {
  const { engine, image, container, from, layers, layersDone, current, total, error, at } = pull;
  const attributes = {
    pull: id,
    ...(container !== undefined && { container }),
    ...(from !== undefined && { from }),
    ...(layers > 0 && { layers, layers_done: layersDone, current, total }),
    ...(error && { code: error.code, error: error.message }),
    ...more,
  };
  return { kind: 'image', action, name: image, id: image, engine, at, attributes };
}
