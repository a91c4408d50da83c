import test from 'ava';
import type { ProcessStream } from '../../../src/model/process-stream.ts';
import { json, type StubAnswer, stubbed } from '../stub-engine.ts';

const id = 'a'.repeat(64);
const upgraded = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

/** Takes the start of a program, ends or breaks its connection, and answers nothing from then on. */
function dying(how: 'end' | 'destroy'): StubAnswer {
  return ({ path, socket, response }) => {
    if (path.endsWith(`/containers/${id}/exec`)) return json(response, 201, { Id: id });
    if (!path.endsWith('/start')) return socket.destroy();
    socket.write(upgraded, () => setImmediate(() => socket[how]()));
  };
}

async function run({ output, end }: ProcessStream): Promise<unknown> {
  for await (const _ of output);
  return await end();
}

for (const how of ['end', 'destroy'] as const) {
  test(`if the engine is lost after the start, the program may continue: ${how}`, async (t) => {
    const { client } = await stubbed(t, dying(how));
    const process = await client.startExec(id, { cmd: ['sleep'], stdin: false }, new AbortController().signal);
    await t.throwsAsync(run(process), {
      code: 'engine_unreachable',
      message: /broke the connection \(.+\) when asked to run a program in container a+; the program may go on$/,
    });
  });
}

test('a container with auto-remove reports its exit, however long its removal takes', async (t) => {
  let finishRemoval: () => void = () => undefined;
  const { client } = await stubbed(t, ({ method, path, socket, response }) => {
    if (method === 'GET') {
      const of = { Config: { Tty: true }, State: { Running: false }, HostConfig: { AutoRemove: true } };
      return json(response, 200, { Id: id, ...of });
    }
    if (path.includes('condition=next-exit')) return json(response, 200, { StatusCode: 3 });
    if (path.includes('condition=removed')) {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      finishRemoval = () => void response.end('{"StatusCode":3}');
      return;
    }
    socket.write(upgraded, () => setImmediate(() => socket.end()));
  });
  const start = async () => undefined;
  const { output, end } = await client.attachContainer(id, { stdin: false, start }, new AbortController().signal);
  for await (const _ of output);
  let isOver = false;
  const ended = end().finally(() => {
    isOver = true;
  });
  // Longer than a terminal that was left is waited for.
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  t.false(isOver, 'its name is not free yet');
  finishRemoval();
  t.deepEqual(await ended, { exitCode: 3 });
});
