import type { Fields, Value } from '../application/value.ts';
import { given } from '../model/given.ts';
import type { ImageConfig } from '../model/image-config.ts';

/** What no field of an image config says: a part of the body of Docker's container create. */
export function dockerFieldsOf(service: Fields): Pick<ImageConfig, 'docker'> {
  const host = given({
    CpuShares: service.take('cpu_shares')?.whole(),
    CpuRealtimePeriod: service.take('cpu_rt_period')?.whole(),
    CpuRealtimeRuntime: service.take('cpu_rt_runtime')?.whole(),
    MemorySwappiness: service.take('mem_swappiness')?.whole({ most: 100 }),
    CgroupnsMode: service.take('cgroup')?.oneOf(['host', 'private']),
    Isolation: service.take('isolation')?.text(),
    StorageOpt: service.take('storage_opt')?.map(),
    Annotations: service.take('annotations')?.map(),
    ...blockDevices(service.take('blkio_config')?.fields()),
  });
  return Object.keys(host).length === 0 ? {} : { docker: { HostConfig: host } };
}

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
  const weights = fields
    .take('weight_device')
    ?.list()
    ?.flatMap((each) => limit(each, 'weight'));
  const weight = fields.take('weight')?.whole({ least: 10, most: 1000 });
  fields.finish();
  return given({ ...Object.fromEntries(limits), BlkioWeight: weight, BlkioWeightDevice: weights });
}

const bytesOf: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

function limit(value: Value, key: 'rate' | 'weight'): object[] {
  const fields = value.fields();
  const path = fields?.take('path')?.text();
  const amount = fields?.take(key);
  fields?.finish();
  const [, digits, unit] = /^(\d+)([kmg])?b?$/i.exec(amount?.text() ?? '') ?? [];
  if (path === undefined || digits === undefined) {
    value.fail(`must have path, and ${key} as a number`);
    return [];
  }
  const number = Number(digits) * (bytesOf[unit?.toLowerCase() ?? ''] ?? 1);
  return [{ Path: path, [key === 'rate' ? 'Rate' : 'Weight']: number }];
}
