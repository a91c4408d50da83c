import type { DiskPart, DiskUsage } from '../../model/disk-usage.ts';
import { type Fields, fieldsOf, firstOf } from './shape.ts';

/** Maps Docker's `system df` with the formulas of Docker's CLI. Throws InvalidResponse. */
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
      // Shared cache is part of the images' size.
      bytes: Shared === true ? 0 : bytesOf(Size),
      isUsed: InUse === true,
    })),
  };
}

/** Layers are counted once. For a used image, only its unshared layers are known to be in use. */
function toImagesPart(bytes: number, images: readonly Fields[]): DiskPart {
  const isUsed = ({ Containers }: Fields) => bytesOf(Containers) > 0;
  const own = images.filter(isUsed).map(({ Size, SharedSize }) => Math.max(0, bytesOf(Size) - bytesOf(SharedSize)));
  const usedBytes = own.reduce((all, each) => all + each, 0);
  // If all images are used, all shared layers are in use too.
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

/** Docker reports -1 for sizes that it did not compute. */
function bytesOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}
