import type { Advice } from '../model/advice.ts';
import { amountOf, claimKeys } from '../model/claim.ts';
import type { EngineStatus } from '../model/engine.ts';
import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { conflictOf } from '../model/image-conflict.ts';
import type { Scheduler } from '../model/scheduler.ts';
import { makeRoom, type Room } from './make-room.ts';
import { checksOf, rejectionOf } from './place.ts';
import { fitToFree, minimumRequest, relaxRequest } from './relax-request.ts';

/** More engines would hardly improve the advice, and would delay the answer. */
const maxEngines = 200;
/** The maximum reasons to resolve per engine. */
const maxReasons = 8;

/** Effort of bringing an engine back: more than everything else. */
const bringBackEffort = 1_000;

/**
 * Advice for a refusal, at most two pieces: a change of an engine, and a change of the request; if neither is
 * sufficient, both for one engine. Each is verified: with it, the engine accepts the image config. Pure.
 */
export function advise(
  image: ImageConfig,
  schedulers: readonly Scheduler[],
  engines: readonly EngineSnapshot[],
): Advice[] {
  const some = engines.slice(0, maxEngines);
  const rooms = some.flatMap((engine) => roomOn(engine, image, schedulers) ?? []);
  const requests = some.flatMap((engine) => requestFor(engine, image, schedulers) ?? []);
  const room = least(rooms, effortOf);
  const request = least(requests, (each) => lossOf(image, each));
  if (room || request) return [...(room ? [roomAdvice(room)] : []), ...(request ? [askAdvice(image, request)] : [])];
  const both = some.flatMap((engine) => roomAndRequestOn(engine, image, schedulers) ?? []);
  const way = least(both, (each) => effortOf(each.room) + lossOf(image, each.relaxed));
  return way ? [together(roomAdvice(way.room), askAdvice(image, way.relaxed))] : [];
}

function roomOn(engine: EngineSnapshot, image: ImageConfig, schedulers: readonly Scheduler[]): Room | undefined {
  const checks = checksOf(image, schedulers);
  let room: Room | undefined = roomWithoutChanges(engine);
  for (let reasons = 0; room && reasons <= maxReasons; reasons++) {
    const rejection = rejectionOf(room.engine, checks);
    if (!rejection) return room.engine === engine ? undefined : room;
    room = makeRoom(room, image, rejection);
  }
  return undefined;
}

function requestFor(
  engine: EngineSnapshot,
  image: ImageConfig,
  schedulers: readonly Scheduler[],
): ImageConfig | undefined {
  let relaxed: ImageConfig | undefined = image;
  for (let reasons = 0; relaxed && reasons <= maxReasons; reasons++) {
    const current: ImageConfig = relaxed;
    const rejection = rejectionOf(engine, checksOf(current, schedulers));
    if (!rejection) return current === image || conflictOf(current) ? undefined : current;
    relaxed = relaxRequest({ image: current, engine, rejection, schedulers });
  }
  return undefined;
}

interface RoomWithRequest {
  readonly room: Room;
  readonly relaxed: ImageConfig;
}

/** Changes the request where that helps, and the engine otherwise. */
function roomAndRequestOn(
  engine: EngineSnapshot,
  image: ImageConfig,
  schedulers: readonly Scheduler[],
): RoomWithRequest | undefined {
  let way: RoomWithRequest | undefined = { room: roomWithoutChanges(engine), relaxed: image };
  for (let reasons = 0; way && reasons <= 2 * maxReasons; reasons++) {
    const { room, relaxed }: RoomWithRequest = way;
    const rejection = rejectionOf(room.engine, checksOf(relaxed, schedulers));
    if (!rejection) {
      const max = fitToFree(room.engine, image, relaxed);
      return conflictOf(max) ? undefined : { room, relaxed: max };
    }
    const refusal = { image: relaxed, engine: room.engine, rejection, schedulers };
    const otherwise: ImageConfig | undefined = relaxRequest(refusal);
    const more: Room | undefined = otherwise ? undefined : makeRoom(room, relaxed, rejection);
    const less: ImageConfig | undefined = otherwise ?? (more ? undefined : minimumRequest(relaxed, rejection));
    way = less ? { room, relaxed: less } : more && { room: more, relaxed };
  }
  return undefined;
}

function roomWithoutChanges(engine: EngineSnapshot): Room {
  return { engine, stopped: [], labels: [], pulled: [] };
}

function together(room: Advice, request: Advice): Advice {
  return { ...room, ...request, message: `${room.message}, and ${request.message}` };
}

function least<T>(all: readonly T[], costOf: (each: T) => number): T | undefined {
  const costs = all.map((each) => ({ each, cost: costOf(each) }));
  return costs.sort((a, b) => a.cost - b.cost)[0]?.each;
}

/** Statuses that an operator set and can reset. */
const resumable: ReadonlySet<EngineStatus> = new Set(['maintenance', 'draining']);

/** Stopping a container counts more than adding a label, and a large container more than a small one. */
function effortOf({ stopped, labels, pulled, wasStatus }: Room): number {
  const memory = stopped.reduce((sum, holder) => sum + amountOf(holder, claimKeys.memory), 0);
  const back = wasStatus && !resumable.has(wasStatus) ? bringBackEffort : 0;
  return back + 10 * stopped.length + labels.length + pulled.length + memory / (memory + 1_000_000);
}

/** The share of the request that is given up. */
function lossOf(requested: ImageConfig, relaxed: ImageConfig): number {
  const lost = (before = 0, now = 0) => (before > now ? 1 - now / before : 0);
  const fewer = changedFields(requested, relaxed).length;
  return fewer + (lost(requested.memory, relaxed.memory) + lost(requested.cpus, relaxed.cpus)) / 2;
}

function roomAdvice({ engine, stopped, labels, pulled, wasStatus }: Room): Advice {
  const stops = stopped.map((holder) => `${holder.name}${sizeOf(holder)}`).join(', ');
  const steps = [
    ...(stopped.length > 0 ? [`stop ${stops} on ${engine.id}`] : []),
    ...(labels.length > 0 ? [`give ${engine.id} ${nouns('label', labels)}`] : []),
    ...pulled.map((name) => `pull ${name} on ${engine.id}`),
    ...(wasStatus ? [sentenceOf(engine.id, wasStatus)] : []),
  ];
  return {
    message: steps.join(', and '),
    engine: engine.id,
    ...(stopped.length > 0 && { stop: stopped.map(({ name }) => name) }),
    ...(labels.length > 0 && { labels }),
    ...(pulled.length > 0 && { pull: pulled }),
    ...(wasStatus && { status: 'ok' as const }),
  };
}

function sentenceOf(engine: string, status: EngineStatus): string {
  return resumable.has(status) ? `put ${engine} to use again` : `get ${engine} back, which is ${status}`;
}

function sizeOf(holder: EngineSnapshot['holders'][number]): string {
  const memory = amountOf(holder, claimKeys.memory);
  return memory > 0 ? ` (${memory} MB)` : '';
}

function askAdvice(requested: ImageConfig, relaxed: ImageConfig): Advice {
  const fields = changedFields(requested, relaxed);
  return {
    message: fields.map((field) => phrases[field]?.(requested, relaxed) ?? `change ${field}`).join(', and '),
    ask: Object.fromEntries(fields.map((field) => [field, relaxed[field] ?? null])),
  };
}

function changedFields(requested: ImageConfig, relaxed: ImageConfig): (keyof ImageConfig)[] {
  const keys = Object.keys(requested) as (keyof ImageConfig)[];
  return keys.filter((key) => requested[key] !== relaxed[key]);
}

const phrases: { readonly [Field in keyof ImageConfig]?: (requested: ImageConfig, relaxed: ImageConfig) => string } = {
  cpus: (_, { cpus }) => `ask for at most ${cpus} CPUs`,
  memory: (_, { memory }) => `ask for at most ${memory} MB of memory`,
  resources: ({ resources = {} }, { resources: relaxed = {} }) =>
    Object.entries(resources)
      .filter(([name, amount]) => relaxed[name] !== amount)
      .map(([name]) => (relaxed[name] ? `ask for at most ${relaxed[name]} ${name}` : `ask for no ${name}`))
      .join(', and '),
  labels: ({ labels = [] }, { labels: relaxed = [] }) => {
    const [out, instead] = [without(labels, relaxed), without(relaxed, labels)];
    const labelPhrases = instead.map((label) => `ask for the label ${label}`);
    return [...labelPhrases, ...(out.length > 0 ? [`leave out ${nouns('label', out)}`] : [])].join(', and ');
  },
  constraints: ({ constraints = [] }, { constraints: relaxed = [] }) =>
    `leave out ${nouns('constraint', without(constraints, relaxed))}`,
  bind_ports: ({ bind_ports = [] }, { bind_ports: relaxed = [] }) => {
    const taken = bind_ports.filter(({ port }, index) => port && !relaxed[index]?.port);
    return `let the engine choose the host port instead of ${taken.map(({ port, proto }) => `${port}/${proto}`).join(' and ')}`;
  },
  container_name: ({ container_name }) => `take another name than ${container_name}`,
};

function without(all: readonly string[], left: readonly string[]): string[] {
  return all.filter((each) => !left.includes(each));
}

function nouns(noun: string, names: readonly string[]): string {
  return `the ${noun}${names.length === 1 ? '' : 's'} ${names.join(' and ')}`;
}
