import test from 'ava';
import type { Engine } from '../../src/api/engine.ts';
import type { Service } from '../../src/api/service.ts';
import { type ApiClient, knowingRoutes } from '../../src/cli/api-client.ts';

const asked: string[] = [];
const api: ApiClient = knowingRoutes(async (method, path) => {
  asked.push(`${method} ${path}`);
  return { ok: true, data: [] };
});

test('the compiler knows what a route answers, and no path without one', async (t) => {
  const name: string = 'web-1';
  const engines: readonly Engine[] = (await api('GET', 'apiv1/engines')).data;
  const engine: Engine = (await api('GET', `apiv1/engine/${name}`)).data;
  const service: Service = (await api('POST', `apiv1/service/${name}/scale?x=${name}`)).data;
  const any: unknown = (await api('GET', name)).data;
  // @ts-expect-error there is no such route
  await api('GET', 'apiv1/enginez');
  // @ts-expect-error nor one of this method
  await api('DELETE', `apiv1/service/${name}/scale`);
  // @ts-expect-error an engine is no service
  const wrong: Service = (await api('GET', `apiv1/engine/${name}`)).data;
  t.deepEqual([engines, engine, service, any, wrong].length, 5);
  t.is(asked[0], 'GET apiv1/engines');
});
