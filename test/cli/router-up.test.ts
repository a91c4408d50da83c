import test from 'ava';
import type { Router, RouterMember } from '../../src/api/router.ts';
import type { ApiClient } from '../../src/cli/api-client.ts';
import { IncompleteOperation } from '../../src/cli/exit-codes.ts';
import type { Io } from '../../src/cli/io.ts';
import { routerCommands } from '../../src/cli/router-commands.ts';

/** Says of the routers one after the other what is in the list, and stays with the last. */
async function up(answers: readonly (readonly Partial<RouterMember>[])[]) {
  const out: string[] = [];
  const err: string[] = [];
  let at = 0;
  const api = async (method: string) => {
    const routers = answers[Math.min(at, answers.length - 1)];
    if (method === 'GET') at += 1;
    return { data: { service: 'router', routers } as unknown as Router };
  };
  const io = {
    stdout: (text: string) => out.push(text.trimEnd()),
    stderr: (text: string) => err.push(text.trimEnd()),
  } as unknown as Io;
  const command = routerCommands(api as unknown as ApiClient, io);
  const error = await command
    .parseAsync(['up', '--on', 'label=edge'], { from: 'user' })
    .then(() => undefined)
    .catch((thrown: unknown) => thrown);
  return { out, err, error };
}

const ready = (engine: string) => ({ engine, state: 'ready' }) as const;

test('what becomes of each router is told once, until all are ready', async (t) => {
  const loading = { engine: 'b', state: 'loading' } as const;
  const { out, err, error } = await up([[], [ready('a'), loading], [ready('a'), loading], [ready('a'), ready('b')]]);
  t.is(error, undefined);
  t.deepEqual(err, ['engine a: ready', 'engine b: loading', 'engine b: ready']);
  t.deepEqual(out, ['2 of 2 routers are ready']);
});

test('a router that fails does not hide what becomes of the others', async (t) => {
  const failed = { engine: 'a', state: 'failed', problem: 'caddy reload did not end in 20 s' } as const;
  const { err, error } = await up([
    [failed, { engine: 'b', state: 'loading' }],
    [failed, ready('b')],
  ]);
  t.deepEqual(err, ['engine a: failed, caddy reload did not end in 20 s', 'engine b: loading', 'engine b: ready']);
  t.true(error instanceof IncompleteOperation);
  t.regex(String(error), /engine a: caddy reload did not end in 20 s/);
});
