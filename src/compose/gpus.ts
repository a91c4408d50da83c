import type { Value } from '../application/value.ts';
import { given } from '../model/given.ts';
import type { GpuRequest, ImageConfig } from '../model/image-config.ts';

/** `gpus` of a service: all, or one request. */
export function gpusOf(value: Value): ImageConfig['gpus'] {
  return value.isText ? value.oneOf(['all'] as const) : requestOf(value);
}

/** `gpus`, or `devices` that are reserved: Docker's request of a driver. */
export function requestOf(value: Value): GpuRequest | undefined {
  const [first, second] = value.list() ?? [];
  if (second) return second.fail('is one request too many: there is one here');
  const fields = first?.fields();
  if (!fields) return undefined;
  const capabilities = fields.take('capabilities')?.texts() ?? [];
  const count = fields.take('count');
  const options = fields.take('options')?.map();
  const request = given({
    driver: fields.take('driver')?.text(),
    device_ids: fields.take('device_ids')?.texts(),
    count: count && (count.text() === 'all' ? ('all' as const) : count.whole({ min: 1 })),
    options,
  });
  fields.finish();
  if (value.path.includes('.deploy.') && !capabilities.includes('gpu')) {
    return first?.fail('must have gpu among its capabilities: other devices are given with devices of the service');
  }
  const others = capabilities.filter((each) => each !== 'gpu');
  return { ...request, ...(others.length > 0 && { capabilities: others }) };
}
