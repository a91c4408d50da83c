import { amountOf, claimKeys } from '../model/claim.ts';
import type { EngineStatus } from '../model/engine.ts';
import type { ClaimHolder, EngineSnapshot } from '../model/engine-snapshot.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { canonicalImageName } from '../model/image-name.ts';
import type { FilterRejection } from '../model/scheduler.ts';
import { exchangeHolders } from './snapshot.ts';

/** Advice to stop more containers is not useful. */
const maxStopped = 3;

/** The changes of an engine that make it accept an image config. */
export interface Room {
  readonly engine: EngineSnapshot;
  readonly stopped: readonly ClaimHolder[];
  readonly labels: readonly string[];
  readonly pulled: readonly string[];
  /** Its status before it was `ok`. */
  readonly wasStatus?: Exclude<EngineStatus, 'ok'>;
}

/** Adds one more change, which removes that rejection. Undefined: there is none. */
export function makeRoom(room: Room, image: ImageConfig, { code, key }: FilterRejection): Room | undefined {
  const { engine } = room;
  switch (code) {
    case 'engine_maintenance':
    case 'engine_draining':
    case 'engine_down':
    case 'engine_pending':
    case 'engine_lost':
      if (engine.status === 'ok') return undefined;
      return { ...room, engine: { ...engine, status: 'ok' }, wasStatus: engine.status };
    case 'image_missing': {
      const name = canonicalImageName(image.name);
      const images = new Set([...engine.images, name]);
      return { ...room, engine: { ...engine, images }, pulled: [name] };
    }
    case 'label_missing': {
      const missing = (image.labels ?? []).filter((label) => !engine.labels.includes(label));
      const labels = [...engine.labels, ...missing];
      return { ...room, engine: { ...engine, labels }, labels: [...room.labels, ...missing] };
    }
    case 'cpus_short': {
      const lacking = Math.round((image.cpus ?? 0) * 1000) - (engine.cpuMilli - engine.usedCpuMilli);
      return withStopped(room, enoughOf(engine, claimKeys.cpu, lacking));
    }
    case 'memory_short': {
      const lacking = (image.memory ?? 0) - (engine.memoryMiB - engine.usedMemoryMiB);
      return withStopped(room, enoughOf(engine, claimKeys.memory, lacking));
    }
    case 'resource_short': {
      const name = Object.keys(image.resources ?? {}).find((each) => claimKeys.resource(each) === key) ?? '';
      const free = (engine.resources.get(name) ?? 0) - (engine.sums.get(claimKeys.resource(name)) ?? 0);
      return withStopped(room, enoughOf(engine, claimKeys.resource(name), (image.resources?.[name] ?? 0) - free));
    }
    default:
      return key === undefined ? undefined : withStopped(room, allOf(engine, key));
  }
}

function withStopped(room: Room, holders: readonly ClaimHolder[] | undefined): Room | undefined {
  if (!holders || holders.length === 0) return undefined;
  const stopped = [...room.stopped, ...holders];
  if (stopped.length > maxStopped) return undefined;
  const engine = exchangeHolders(
    room.engine,
    holders.map((before) => ({ before, now: undefined })),
  );
  return { ...room, engine, stopped };
}

/** The smallest container that suffices alone; otherwise the largest ones together. */
function enoughOf(engine: EngineSnapshot, key: string, lacking: number): readonly ClaimHolder[] | undefined {
  const bySize = engine.holders
    .filter(canBeStopped)
    .map((holder) => ({ holder, amount: amountOf(holder, key) }))
    .filter(({ amount }) => amount > 0)
    .sort((a, b) => a.amount - b.amount || (a.holder.name < b.holder.name ? -1 : 1));
  const one = bySize.find(({ amount }) => amount >= lacking);
  if (one) return [one.holder];
  const largest = bySize.slice(-maxStopped).reverse();
  let freed = 0;
  const needed = largest.filter(({ amount }) => {
    const isNeeded = freed < lacking;
    freed += amount;
    return isNeeded;
  });
  return freed >= lacking ? needed.map(({ holder }) => holder) : undefined;
}

/** All holders of the key, if all can be stopped. */
function allOf({ holders, external }: EngineSnapshot, key: string): readonly ClaimHolder[] | undefined {
  const holding = [...holders, ...external].filter((holder) => amountOf(holder, key) > 0);
  return holding.every((holder) => canBeStopped(holder) && holders.includes(holder)) ? holding : undefined;
}

/** A service would replace a stopped replica; a reservation in progress may still fail. */
function canBeStopped({ claims, isAssumed }: ClaimHolder): boolean {
  return !isAssumed && !claims.some(({ key }) => key.startsWith(claimKeys.service('')));
}
