import type { Headers } from 'tar-stream';
import { SatsumaError } from '../../model/errors.ts';

/** tar-stream would wait forever for the content of an entry with an invalid size. Throws `invalid`. */
export function refuseBadSize({ name, size = 0 }: Headers): void {
  if (Number.isSafeInteger(size) && size >= 0) return;
  throw new SatsumaError('invalid', `the archive has an entry without a size: ${name.slice(0, 500)}`);
}
