import test from 'ava';
import { type Answer, ApiError, type ApiTransport, knowingRoutes } from '../../src/cli/api-client.ts';
import { applyChanges } from '../../src/cli/compose/apply-changes.ts';
import { planChanges } from '../../src/compose/plan-changes.ts';
import { desired, web } from '../compose/project.ts';

const nothing = { services: [], jobs: [], networks: [], secrets: [] };

/** A server whose secrets another `up` of the project removes just before a service is written. */
function otherwiseUsed(isWrittenAgain: boolean) {
  const secrets = new Map<string, string>();
  const calls: string[] = [];
  const ok: Answer = { ok: true, data: {} };
  const transport: ApiTransport = async (method, path, body) => {
    const { name = '', value_base64: value = '' } = Object(body);
    if (path !== 'apiv1/network') calls.push(`${method} ${path}`);
    if (method === 'POST' && path === 'apiv1/secret') {
      if (secrets.has(name)) throw new ApiError(409, 'there is a secret', undefined);
      secrets.set(name, value);
    }
    if (method === 'POST' && path === 'apiv1/service') secrets.clear();
    const [, asked] = /^apiv1\/secret\/(.+)$/.exec(path) ?? [];
    if (method === 'GET' && asked !== undefined && !secrets.has(asked)) {
      if (isWrittenAgain) secrets.set(asked, 'written by the other one');
      throw new ApiError(404, 'no such secret', undefined);
    }
    return ok;
  };
  return { api: knowingRoutes(transport), secrets, calls };
}

for (const isWrittenAgain of [false, true]) {
  test(`a config that another up removed before it was used is written again${isWrittenAgain ? ', unless it was' : ''}`, async (t) => {
    const file = desired(web('configs: [site]', 'configs: {site: {content: hello}}'));
    const { api, secrets, calls } = otherwiseUsed(isWrittenAgain);
    const [name = ''] = file.configs.map((each) => each.name);
    const said: string[] = [];
    const io = { stdout: () => undefined, stderr: (text: string) => said.push(text), control: () => undefined };
    await applyChanges({
      ...{ api, io: { ...io, pipe: async () => true }, say: () => undefined },
      ...{ endMs: performance.now() + 60_000, desired: file, changes: planChanges(file, nothing) },
    });
    t.deepEqual(said, []);
    t.deepEqual([...secrets.keys()], [name]);
    t.deepEqual(calls, ['POST apiv1/secret', 'POST apiv1/service', `GET apiv1/secret/${name}`, 'POST apiv1/secret']);
  });
}
