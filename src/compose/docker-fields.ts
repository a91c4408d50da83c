import { bytes } from '../application/amounts.ts';
import type { Fields, Value } from '../application/value.ts';
import { given } from '../model/given.ts';
import type { ImageConfig } from '../model/image-config.ts';

/** What no field of an image config says: a part of the body of Docker's container create. */
export function dockerFieldsOf(service: Fields): Pick<ImageConfig, 'docker'> {
  const host = given({
    CpuShares: service.take('cpu_shares')?.whole(),
    CpuRealtimePeriod: service.take('cpu_rt_period')?.whole(),
    CpuRealtimeRuntime: service.take('cpu_rt_runtime')?.whole(),
    MemorySwappiness: service.take('mem_swappiness')?.whole({ max: 100 }),
    CgroupnsMode: service.take('cgroup')?.oneOf(['host', 'private']),
    Isolation: service.take('isolation')?.text(),
    StorageOpt: service.take('storage_opt')?.map(),
    Annotations: service.take('annotations')?.map(),
    ...blockDevices(service.take('blkio_config')?.fields()),
  });
  return Object.keys(host).length === 0 ? {} : { docker: { HostConfig: host } };
}

/** As the kernel has them. */
const weights = { min: 10, max: 1000 } as const;

const rates: Readonly<Record<string, string>> = {
  device_read_bps: 'BlkioDeviceReadBps',
  device_read_iops: 'BlkioDeviceReadIOps',
  device_write_bps: 'BlkioDeviceWriteBps',
  device_write_iops: 'BlkioDeviceWriteIOps',
};

function blockDevices(fields: Fields | undefined): Record<string, unknown> {
  if (!fields) return {};
  const limits = Object.entries(rates).map(([key, name]) => [
    name,
    fields
      .take(key)
      ?.list()
      ?.flatMap((each) => limit(each, 'rate')),
  ]);
  const devices = fields
    .take('weight_device')
    ?.list()
    ?.flatMap((each) => limit(each, 'weight'));
  const weight = fields.take('weight')?.whole(weights);
  fields.finish();
  return given({ ...Object.fromEntries(limits), BlkioWeight: weight, BlkioWeightDevice: devices });
}

function limit(value: Value, key: 'rate' | 'weight'): object[] {
  const fields = value.fields();
  const path = fields?.take('path')?.text();
  const given = fields?.take(key);
  fields?.finish();
  if (path === undefined || given === undefined) {
    value.fail(`must have path and ${key}`);
    return [];
  }
  const amount = key === 'rate' ? bytes(given) : given.whole(weights);
  if (amount === undefined) return [];
  return [{ Path: path, [key === 'rate' ? 'Rate' : 'Weight']: Math.ceil(amount) }];
}
