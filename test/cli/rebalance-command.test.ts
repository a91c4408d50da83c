import test from 'ava';
import { type Answer, ApiError } from '../../src/cli/api-client.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { noContexts } from './terminal.ts';

const move = { service: 'web', slot: '1', from: 'a', to: 'b', why: '4 containers are on a, 0 on b' };
const balance = (least: number, most: number) => ({
  ...{ containers: { least, most }, cpu_percent: { least: 0, most: 50 }, memory_percent: { least: 25, most: 25 } },
});
const plan = {
  moves: [move],
  stays: [{ service: 'db', replicas: 2, code: 'binpack', message: 'its strategy is binpack, which fills engines' }],
  gain: { before: balance(0, 4), after: balance(1, 3) },
};
const planned = `REPLICA  FROM  TO  WHY
web.1    a     b   4 containers are on a, 0 on b

ON AN ENGINE     NOW          AFTER
containers       0 to 4       1 to 3
CPUs promised    0 % to 50 %  0 % to 50 %
memory promised  25 %         25 %
db: 2 replicas stay, its strategy is binpack, which fills engines
`;
const seen = (state: string, moved: string, reason?: string) => {
  return { state, moves: [{ ...move, state: moved, ...(reason !== undefined && { reason }) }] };
};

/** The command on a server that gives these answers, one after the other; and what it was asked. */
async function typed(line: string, answers: readonly unknown[]) {
  const said = { out: '', err: '' };
  const asked: string[] = [];
  const left = [...answers];
  const never = () => Promise.reject(new Error('not here'));
  const code = await runCli(['node', 'satsuma', ...line.split(' ')], {
    io: {
      stdout: (text) => {
        said.out += text;
      },
      stderr: (text) => {
        said.err += text;
      },
      control: (sequence) => {
        said.out += sequence;
      },
      pipe: never,
    },
    serve: never,
    transfer: never,
    session: () => Promise.reject(new Error('not here')),
    contexts: noContexts,
    stream: () => {
      throw new Error('not here');
    },
    api: async (method, path, body): Promise<Answer> => {
      asked.push([method, path, ...(body === undefined ? [] : [JSON.stringify(body)])].join(' '));
      const data = left.shift();
      if (data instanceof Error) throw data;
      return { ok: true, data };
    },
  });
  return { code, ...said, asked };
}

test('a dry run shows the moves and what they gain', async (t) => {
  const { code, out, asked } = await typed('rebalance --dry-run', [plan]);
  t.is(code, 0);
  t.deepEqual(asked, ['GET apiv1/rebalance/plan']);
  t.is(out, planned);
});

test('a rebalance is followed until it is done', async (t) => {
  const answers = [{ ...plan, ...seen('running', 'waiting') }, seen('running', 'moving'), seen('done', 'done')];
  const { code, out, asked } = await typed('rebalance --at-once 2', answers);
  t.is(code, 0);
  t.deepEqual(asked, ['POST apiv1/rebalance {"at_once":2}', 'GET apiv1/rebalance', 'GET apiv1/rebalance']);
  const progress = 'web.1 from a to b: moving\nweb.1 from a to b: done\n';
  t.is(out, `${planned}${progress}rebalance done: 1 moved, 0 skipped, 0 given up\n`);
});

test('where a replica could not be moved it says why, and the exit code tells', async (t) => {
  const { code, out, err } = await typed('rebalance', [plan, seen('done', 'given up', 'it ended with exit code 1')]);
  t.is(code, 1);
  t.regex(out, /web\.1 from a to b: given up: it ended with exit code 1\n/);
  t.regex(err, /not every replica could be moved/);
});

test('with nothing to move it is over, and says what stays', async (t) => {
  const { code, out, asked } = await typed('rebalance', [{ ...plan, moves: [] }]);
  t.is(code, 0);
  t.is(asked.length, 1);
  t.is(
    out,
    'nothing to move: no replica would be better on another engine\ndb: 2 replicas stay, its strategy is binpack, which fills engines\n',
  );
});

test('detached it does not wait', async (t) => {
  t.is((await typed('rebalance -d', [plan])).asked.length, 1);
});

test('stopped, it is followed to its end', async (t) => {
  const { code, out, asked } = await typed('rebalance --stop', [seen('stopping', 'moving'), seen('stopped', 'done')]);
  t.is(code, 0);
  t.deepEqual(asked, ['DELETE apiv1/rebalance', 'GET apiv1/rebalance']);
  t.regex(out, /rebalance stopped: 1 moved/);
});

test('while another one is under way it says so', async (t) => {
  const { code, err } = await typed('rebalance', [new ApiError(409, 'a rebalance is under way', undefined)]);
  t.is(code, 4);
  t.regex(err, /under way/);
  t.is((await typed('rebalance --at-once many', [])).code, 2);
});
