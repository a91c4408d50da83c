import type { Address, Service, Waiting } from '../api/service.ts';
import { visibleText } from '../model/visible-text.ts';
import { ageText } from './age.ts';
import { noRoomReasons } from './no-room.ts';
import type { Saying, Snapshot } from './progress.ts';
import type { Table } from './table.ts';
import type { Column } from './table-column.ts';

const longestLine = 200;
/** In front of what a slot had before; docker has a backslash, which is escaped here as in all that comes from outside. */
const pastMark = '|_ ';

/** `web: generation 2, updating, 1 of 3 ready`. */
export function headline({ name, generation, status: { state, ready, wanted } }: Service): string {
  return `${name}: generation ${generation}, ${state}, ${ready} of ${wanted} ready`;
}

/** A row for each replica, and one for each slot that is empty and why. */
export function replicaTable({ name, status }: Service): Table {
  const rows = status.replicas.map((each) => [
    `${name}.${each.slot}`,
    String(each.generation),
    each.state,
    each.engine,
    each.container ?? '',
    each.addresses.map(addressText).join(', '),
    visibleText(each.reason ?? ''),
  ]);
  const waits = status.waiting.map((each) => [`${name}.${each.slot}`, '', 'waiting', '', '', '', waitText(each)]);
  const columns: Column[] = [
    { title: 'REPLICA' },
    { title: 'GENERATION', isOptional: true },
    { title: 'STATE', kind: 'state' },
    { title: 'ENGINE' },
    { title: 'CONTAINER', kind: 'id', isOptional: true },
    { title: 'ADDRESSES', isOptional: true },
    { title: 'REASON', kind: 'words', isOptional: true },
  ];
  return { columns, rows: [...rows, ...waits] };
}

/** The same, and as with docker, behind them how replicas failed whose slots are filled again. */
export function replicaHistory(service: Service): Table {
  const { name, status } = service;
  const { columns, rows } = replicaTable(service);
  const isWaiting = new Set(status.waiting.map(({ slot }) => slot));
  // One that is lost with its engine is in a row of its own, with the same reason.
  const shown = new Set(status.replicas.map(({ container }) => container));
  const past = status.last_failures
    .filter(({ slot, container }) => !isWaiting.has(slot) && !(container !== null && shown.has(container)))
    .map(({ slot, generation, engine, container, at, reason, log }) => [
      `${pastMark}${name}.${slot}`,
      ...[String(generation), 'failed', engine, container ?? '', ''],
      `${ageText(at)}: ${visibleText(reason)}${lastWords(log)}`,
    ]);
  return { columns, rows: [...rows, ...past] };
}

/** How a service is, for whoever waits for it. */
export function serviceSnapshot(service: Service): Snapshot {
  const { name, generation, status } = service;
  const sayings = new Map<string, Saying>([[name, { text: headline(service).slice(name.length + 2) }]]);
  for (const { slot, generation: of, copy, engine, state, reason = '' } of status.replicas) {
    const which = copy === 1 ? '' : `, copy ${copy}`;
    const text = reason === '' ? state : `${state}: ${visibleText(reason)}`;
    sayings.set(`${name}.${slot} (generation ${of}${which}) on ${engine}`, { text, farewell: 'gone' });
  }
  for (const each of status.waiting) {
    sayings.set(`${name}.${each.slot} (generation ${generation})`, { text: `waiting: ${waitText(each)}` });
  }
  return { text: [`${headline(service)}\n`, replicaTable(service)], sayings };
}

export function serviceTable(services: readonly Service[]): Table {
  const rows = services.map(({ name, generation, image, replicas, status }) => [
    name,
    status.state,
    `${status.ready} of ${status.wanted}${replicas === 'global' ? ' (global)' : ''}`,
    image.name,
    String(generation),
    visibleText(status.rollout.message ?? ''),
  ]);
  const columns: Column[] = [
    { title: 'NAME' },
    { title: 'STATE', kind: 'state' },
    { title: 'READY' },
    { title: 'IMAGE', kind: 'detail' },
    { title: 'GENERATION' },
    { title: 'MESSAGE', kind: 'words' },
  ];
  return { columns, rows };
}

/** Why a slot is empty: where no engine has room for it, each reason and how many engines gave it. */
export function waitText({ message, details, log }: Pick<Waiting, 'message' | 'details' | 'log'>): string {
  const noRoom = noRoomReasons(details);
  const sentence = noRoom === undefined ? message : `no room: ${noRoom}`;
  return visibleText(`${sentence}${lastWords(log)}`);
}

/** The last line that a container wrote, behind the reason why it ended; `--json` has more of them. */
export function lastWords(log = ''): string {
  const line = log.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '' : `: ${visibleText(line).slice(0, longestLine)}`;
}

function addressText({ host, port, container_port, proto }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}->${container_port}/${proto}`;
}
