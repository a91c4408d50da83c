import { InvalidArgumentError } from 'commander';
import type { GpuRequest, ImageConfig } from '../model/image-config.ts';
import { commaFields, keyAndValue } from './comma-fields.ts';
import { whole } from './numbers.ts';

/**
 * Like `docker run --gpus`: `all`, a number, or fields like `driver=nvidia,count=2`. A list of ids is accepted, too.
 */
export function gpus(text: string): NonNullable<ImageConfig['gpus']> {
  if (text === 'all') return text;
  // As in Docker, `--gpus 2` means two GPUs. The GPU with id 2 is written as a list: `2,`.
  if (/^\d+$/.test(text)) return Number(text);
  const fields = commaFields(text);
  if (!fields) throw new InvalidArgumentError('A quote is not closed.');
  if (!fields.some((field) => field.includes('='))) return fields.filter((id) => id !== '');
  return Object.assign({}, ...fields.map(readField)) as GpuRequest;
}

function readField(field: string): GpuRequest {
  const [key, value = ''] = keyAndValue(field);
  const list = value.split(',').filter((each) => each !== '');
  // In Docker's format the first field may be the count.
  if (field === 'all' || /^\d+$/.test(field)) return { count: countOf(field) };
  if (key === 'count') return { count: countOf(value) };
  if (key === 'driver') return { driver: value };
  if (key === 'device') return { device_ids: list };
  if (key === 'capabilities') return { capabilities: list };
  if (key === 'options')
    return { options: Object.fromEntries(list.map(keyAndValue).map(([name, each = '']) => [name, each])) };
  throw new InvalidArgumentError(`"${key}" is unknown; valid keys: count, driver, device, capabilities, options.`);
}

function countOf(text: string): 'all' | number {
  return text === 'all' ? text : whole(text);
}
