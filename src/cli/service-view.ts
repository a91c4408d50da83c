import type { Service } from '../api/service.ts';
import { visibleText } from '../model/visible-text.ts';
import { replicaList, replicaRows } from './list/replica-list.ts';
import { tableOf } from './list/write-list.ts';
import type { ProgressMessage, Snapshot } from './progress.ts';
import { waitText } from './wait-text.ts';

/** `web: generation 2, updating, 1 of 3 ready`. */
export function headline({ name, generation, status: { state, ready, wanted } }: Service): string {
  return `${name}: generation ${generation}, ${state}, ${ready} of ${wanted} ready`;
}

/** The state of a service, for a waiting command. */
export function serviceSnapshot(service: Service): Snapshot {
  const { name, generation, status } = service;
  const sayings = new Map<string, ProgressMessage>([[name, { text: headline(service).slice(name.length + 2) }]]);
  for (const { slot, generation: of, copy, engine, state, reason = '' } of status.replicas) {
    const which = copy === 1 ? '' : `, copy ${copy}`;
    const text = reason === '' ? state : `${state}: ${visibleText(reason)}`;
    sayings.set(`${name}.${slot} (generation ${of}${which}) on ${engine}`, { text, farewell: 'gone' });
  }
  for (const each of status.waiting) {
    sayings.set(`${name}.${each.slot} (generation ${generation})`, { text: `waiting: ${waitText(each)}` });
  }
  return { text: [`${headline(service)}\n`, tableOf(replicaList, replicaRows(service))], sayings };
}
