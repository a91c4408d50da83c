import test from 'ava';
import { dockerApi } from '../../schedulers/docker-api.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { RowSet } from '../../src/model/row-set.ts';
import { FleetIndex } from '../../src/placement/fleet-index.ts';
import { imageConfig, snapshot } from '../placement/engines.ts';

const daemon = { id: 'd', version: '20.10.24', cpus: 4, memory: 4096 };

const answers = test.macro({
  exec(t, asked: Partial<ImageConfig>, api: number | undefined, rejection: string | undefined) {
    const engine = snapshot({ daemon: { ...daemon, ...(api !== undefined && { api }) } });
    t.is(dockerApi.prepare(imageConfig(asked))?.(engine)?.message, rejection);
  },
  title: (_, asked, api) => `${JSON.stringify(asked)} on 1.${api}`,
});

const startInterval = { health_check: { test: 'true', start_interval: 1 } };
test(answers, startInterval, 44, undefined);
test(
  answers,
  startInterval,
  41,
  'health_check.start_interval needs Docker API 1.44 (Docker 25), and the engine speaks 1.41',
);
test(answers, startInterval, undefined, undefined);
const annotations = { docker: { HostConfig: { Annotations: { a: 'b' } } } };
test(answers, annotations, 43, undefined);
test(
  answers,
  annotations,
  42,
  'docker.HostConfig.Annotations needs Docker API 1.43 (Docker 24), and the engine speaks 1.42',
);
const subpath = { mounts: [{ type: 'volume', target: '/a', subpath: 'b' }] } as const;
test(answers, subpath, 44, 'mounts[0].subpath needs Docker API 1.45 (Docker 26), and the engine speaks 1.44');
const kernelMemory = { docker: { HostConfig: { KernelMemory: 4_194_304 } } };
test(answers, kernelMemory, 41, undefined);
test(
  answers,
  kernelMemory,
  45,
  'docker.HostConfig.KernelMemory is gone since Docker API 1.42 (Docker 23), and the engine speaks 1.45',
);

test('fields that every Docker supports are not checked', (t) => {
  t.is(dockerApi.prepare(imageConfig({ memory: 64, tmpfs: { '/run': '' }, init: false })), undefined);
});

test('row sets are excluded as by the check, also after an engine changed its Docker', (t) => {
  const engineOf = (id: string, api: number | undefined) =>
    snapshot({ id, daemon: { ...daemon, ...(api !== undefined && { api }) } });
  const fleet = new FleetIndex([engineOf('a', 41), engineOf('b', 44), engineOf('c', undefined), engineOf('d', 45)]);
  const left = () => {
    const rows = new RowSet(fleet.rowCount);
    rows.addAll();
    dockerApi.exclude?.(imageConfig(startInterval), fleet, rows);
    return ['a', 'b', 'c', 'd'].filter((_, row) => rows.has(row));
  };
  t.deepEqual(left(), ['b', 'c', 'd']);
  fleet.replace([engineOf('a', 45), engineOf('b', 41)]);
  t.deepEqual(left(), ['a', 'c', 'd']);
});
