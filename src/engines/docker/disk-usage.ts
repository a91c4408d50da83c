import type { DiskPart, DiskUsage } from '../../model/disk-usage.ts';
import { type Fields, fieldsOf, firstOf } from './shape.ts';

/** Docker's answer to `system df`, by the formulas of its own command line. Throws InvalidResponse where it is none. */
export function toDiskUsage(answer: unknown): DiskUsage {
  const { LayersSize, Images, Containers, Volumes, BuildCache } = fieldsOf(answer, 'the answer');
  return {
    images: toImagesPart(bytesOf(LayersSize), entriesOf(Images, 'Images')),
    containers: sum(entriesOf(Containers, 'Containers'), ({ SizeRw, State }) => ({
      bytes: bytesOf(SizeRw),
      isUsed: ['running', 'paused', 'restarting'].includes(String(State)),
    })),
    volumes: sum(entriesOf(Volumes, 'Volumes'), ({ UsageData }) => {
      const { Size, RefCount } = fieldsOf(UsageData ?? {}, 'UsageData');
      return { bytes: bytesOf(Size), isUsed: RefCount !== 0 };
    }),
    buildCache: sum(entriesOf(BuildCache, 'BuildCache'), ({ Size, InUse, Shared }) => ({
      // What is shared is counted with the images.
      bytes: Shared === true ? 0 : bytesOf(Size),
      isUsed: InUse === true,
    })),
  };
}

/** Layers are counted once. Of an image that a container has, only what it shares with none is known to be needed. */
function toImagesPart(bytes: number, images: readonly Fields[]): DiskPart {
  const isUsed = ({ Containers }: Fields) => bytesOf(Containers) > 0;
  const own = images.filter(isUsed).map(({ Size, SharedSize }) => Math.max(0, bytesOf(Size) - bytesOf(SharedSize)));
  const usedBytes = own.reduce((all, each) => all + each, 0);
  // What all of them share, too, is needed where one is.
  const hasUnused = images.some((image) => !isUsed(image));
  return { bytes, unusedBytes: hasUnused ? Math.max(0, bytes - usedBytes) : 0 };
}

function sum(
  entries: readonly Fields[],
  read: (entry: Fields) => { readonly bytes: number; readonly isUsed: boolean },
): DiskPart {
  const parts = entries.map(read);
  const total = (some: typeof parts) => some.reduce((all, { bytes }) => all + bytes, 0);
  return { bytes: total(parts), unusedBytes: total(parts.filter(({ isUsed }) => !isUsed)) };
}

function entriesOf(list: unknown, what: string): Fields[] {
  return firstOf(list ?? [], what).entries.map((entry) => fieldsOf(entry ?? {}, what));
}

/** -1 is what Docker did not count. */
function bytesOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}
