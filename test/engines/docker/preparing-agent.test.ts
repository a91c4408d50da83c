import { setTimeout } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { PreparingAgent } from '../../../src/engines/docker/preparing-agent.ts';
import type { EngineClient } from '../../../src/engines/engine-client.ts';
import { certificates } from '../certificates.ts';
import { json, type StubEngine, startStub, stubbed } from '../stub-engine.ts';

const id = 'a'.repeat(64);
const upgraded = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setTimeout(5);
}

interface Told {
  readonly stub: StubEngine;
  readonly client: EngineClient;
}

/** The exec is answered only when `mayAnswer`; a program ends at once. */
async function withExecs(t: ExecutionContext, mayAnswer: (stub: StubEngine) => Promise<void>): Promise<Told> {
  const told: Told = await stubbed(t, async ({ path, socket, response }) => {
    if (path.endsWith('/start')) return socket.end(upgraded);
    if (!path.endsWith('/exec')) return json(response, 200, { Running: false, ExitCode: 0 });
    await mayAnswer(told.stub);
    return json(response, 201, { Id: id });
  });
  return told;
}

async function run(client: EngineClient): Promise<unknown> {
  const process = await client.startExec(id, { cmd: ['true'], stdin: false }, new AbortController().signal);
  for await (const _ of process.output);
  return await process.end();
}

test('the connection of a program is opened while the engine creates it, and no other one', async (t) => {
  const { stub, client } = await withExecs(t, (at) => until(() => at.open() === 2));
  t.deepEqual(await run(client), { exitCode: 0 });
  t.is(stub.connections(), 2);
  await until(() => stub.open() === 1);
  t.deepEqual(await run(client), { exitCode: 0 });
  t.is(stub.connections(), 3, 'calls keep theirs');
});

test.serial('on no connection to an engine is a request held back until the handshake is acknowledged', async (t) => {
  const { setNoDelay } = TLSSocket.prototype;
  const prompt = new Set<TLSSocket>();
  TLSSocket.prototype.setNoDelay = function (...words) {
    prompt.add(this);
    return setNoDelay.apply(this, words);
  };
  t.teardown(() => {
    TLSSocket.prototype.setNoDelay = setNoDelay;
  });
  const { stub, client } = await withExecs(t, (at) => until(() => at.open() === 2));
  await run(client);
  t.is(stub.connections(), 2);
  t.is(prompt.size, 2);
});

test('one that broke before it was needed is replaced', async (t) => {
  const { stub, client } = await withExecs(t, async (at) => {
    await until(() => at.open() === 2);
    at.endLatest();
    await until(() => at.open() === 1);
  });
  // So that the one for calls is not the latest.
  await client.ping();
  t.deepEqual(await run(client), { exitCode: 0 });
  t.is(stub.connections(), 3);
});

test('those that nobody takes are few, and are closed', async (t) => {
  const { server, client } = await certificates();
  const stub = await startStub(t, server, () => undefined);
  const agent = new PreparingAgent({ ...client }, {});
  const { hostname: host, port } = new URL(stub.addr);
  for (let at = 0; at < 6; at++) agent.prepare({ host, port: Number(port) });
  await until(() => stub.connections() === 4);
  agent.dropPrepared();
  await until(() => stub.open() === 0);
  agent.prepare({ host, port: Number(port) });
  await until(() => stub.open() === 1);
  agent.destroy();
  await until(() => stub.open() === 0);
  t.is(stub.connections(), 5);
});
