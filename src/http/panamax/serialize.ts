import type { ShownService } from '../../commands/services/show-service.ts';
import { idOf } from './names.ts';
import { withReasons } from './reasons.ts';
import { givenName } from './specs.ts';

/** The adapter guide calls the state `currentState`, but clients read `actualState`. */
export function serializeService(shown: ShownService): object {
  const { name, record } = shown;
  const { image, replicas } = record.spec;
  const state = stateOf(shown);
  const trouble = troubleOf(shown);
  return {
    id: idOf(name),
    name: image.user_data?.[givenName]?.[0] ?? name,
    desiredState: replicas === 0 ? 'stopped' : 'started',
    currentState: state,
    actualState: state,
    ...(trouble !== undefined && { message: trouble }),
  };
}

function stateOf(shown: ShownService): string {
  const { record, replicas, ready, wanted } = shown;
  if (record.isRemoved) return 'removing';
  if (record.spec.replicas === 0) return replicas.length === 0 ? 'stopped' : 'stopping';
  if (wanted > 0 && ready >= wanted) return 'started';
  return troubleOf(shown) === undefined ? 'starting' : 'error';
}

/** Why it is not started. Waiting for a linked service does not count. */
function troubleOf({ waiting }: ShownService): string | undefined {
  const wait = waiting.find(({ code }) => code !== 'link_not_ready');
  return wait && withReasons(wait.message, wait.details);
}
