import type { Headers } from 'tar-stream';
import { SatsumaError } from '../../model/errors.ts';

/** tar-stream waits for ever for the content of a size that is no number. Throws `invalid`. */
export function refuseBadSize({ name, size = 0 }: Headers): void {
  if (Number.isSafeInteger(size) && size >= 0) return;
  throw new SatsumaError('invalid', `the archive has an entry without a size: ${name.slice(0, 500)}`);
}
