import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { runCli } from '../../src/cli/run-cli.ts';
import { noContexts } from './terminal.ts';

interface Sent {
  readonly body: unknown;
  readonly code: number;
  readonly err: string;
}

/** What a command sends to the server. */
async function sent(words: readonly string[]): Promise<Sent> {
  let body: unknown;
  let err = '';
  const io = {
    stdout: () => undefined,
    stderr: (text: string) => {
      err += text;
    },
    control: () => undefined,
    pipe: async () => true,
  };
  const api = async (_method: string, path: string, given?: unknown) => {
    body = given ?? body;
    const data = { id: 'c', name: '/c', engine: { id: 'a', addr: 'x' }, ports: [], candidates: [], image: {} };
    return { ok: true, data: path === 'apiv1/plan' ? { ...data, refused: { engines: [] } } : data };
  };
  const stream = () => {
    throw new Error('nothing is streamed');
  };
  const code = await runCli(['node', 'satsuma', ...words], {
    ...{ io, api, stream, serve: async () => undefined },
    transfer: () => Promise.reject(new Error('not here')),
    session: () => Promise.reject(new Error('not here')),
    contexts: noContexts,
  });
  // As it is sent.
  return { body: body === undefined ? undefined : JSON.parse(JSON.stringify(body)), code, err };
}

const label = { type: 'label' };
const parsed = test.macro({
  async exec(t, words: readonly string[], image: object) {
    t.deepEqual((await sent(words)).body, image);
  },
  title: (_, words: readonly string[]) => words.join(' '),
});

test(parsed, ['run', 'busybox', 'httpd', '-f', '-p', '80'], {
  ...label,
  name: 'busybox',
  args: ['httpd', '-f', '-p', '80'],
});
test(parsed, ['run', 'busybox', 'sh', '-c', 'echo hi'], { ...label, name: 'busybox', args: ['sh', '-c', 'echo hi'] });
test(parsed, ['run', 'busybox', '--', 'ls', '-l'], { ...label, name: 'busybox', args: ['ls', '-l'] });
test(parsed, ['run', 'busybox', 'sh', '--', 'x'], { ...label, name: 'busybox', args: ['sh', '--', 'x'] });
test(parsed, ['run', 'redis', '--appendonly', 'yes'], { ...label, name: 'redis', args: ['--appendonly', 'yes'] });
test(parsed, ['run', 'busybox', '--version'], { ...label, name: 'busybox', args: ['--version'] });
test(parsed, ['run', '--', 'busybox', 'ls'], { ...label, name: 'busybox', args: ['ls'] });
test(parsed, ['run', '--label', 'ssd', 'busybox'], { ...label, name: 'busybox', labels: ['ssd'] });
test(parsed, ['run', '--volume', 'data:/data', '-v', '/x', 'redis:7'], {
  ...label,
  name: 'redis:7',
  volumes: ['data:/data', '/x'],
});
test(parsed, ['run', '--device', '/dev/a', '--constraint', 'a==b', '--constraint', 'c==d', 'redis'], {
  ...label,
  name: 'redis',
  devices: ['/dev/a'],
  constraints: ['a==b', 'c==d'],
});
test(parsed, ['run', '-m', '1g', '--type', 'multi', 'redis'], { name: 'redis', type: 'multi', memory: 1024 });
test(parsed, ['run', '--from', 'web', '--', 'sleep', '60'], { from: 'web', args: ['sleep', '60'] });
test(parsed, ['plan', '-p', '80', 'redis'], {
  ...label,
  name: 'redis',
  bind_ports: [{ proto: 'tcp', container_port: 80 }],
});
test(parsed, ['image', 'save', 'web', '-m', '64', 'httpd', '-D', 'x'], {
  name: 'web',
  image: { name: 'httpd', args: ['-D', 'x'], memory: 64 },
});
test(parsed, ['service', 'create', 'web', '-d', '--replicas', '3', 'httpd', '-D', 'x'], {
  name: 'web',
  replicas: 3,
  image: { name: 'httpd', args: ['-D', 'x'] },
});
test(parsed, ['job', 'create', '--retries', '2', 'nightly', '-e', 'A=1', 'busybox', 'sh', '-e'], {
  name: 'nightly',
  retries: 2,
  image: { name: 'busybox', args: ['sh', '-e'], environment: { A: '1' } },
});

test('an option of ours behind the image goes to the container, and is spoken of', async (t) => {
  const { body, err } = await sent(['run', 'redis', '--memory', '64']);
  t.deepEqual(body, { ...label, name: 'redis', args: ['--memory', '64'] });
  t.is(
    err.split('\n')[0],
    'note: --memory is after the image and is passed to the container; options of satsuma must be before the image',
  );
});

test('without an image there is one sentence', async (t) => {
  t.like(await sent(['run', '-p', '80']), {
    code: 2,
    body: undefined,
    err: 'satsuma: no image given: satsuma run [options] IMAGE [args...]\n',
  });
});

async function file(t: ExecutionContext, name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'satsuma-cli-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test('what a file says and what options say is one image config, and options win', async (t) => {
  const path = await file(
    t,
    'image.json',
    '{"name":"redis","type":"multi","memory":32,"environment":{"A":"1","B":"1"}}',
  );
  const { body } = await sent(['run', '-f', path, '--memory', '64', '--name', 'zz', '-p', '99:99', '-e', 'B=2']);
  t.deepEqual(body, {
    ...{ name: 'redis', type: 'multi', memory: 64, container_name: 'zz', environment: { A: '1', B: '2' } },
    bind_ports: [{ proto: 'tcp', port: 99, container_port: 99 }],
  });
});

test('a file may be YAML, and what it is not is said', async (t) => {
  const yaml = await file(t, 'image.yaml', 'name: redis\nbind_ports:\n  - container_port: 80\n');
  t.deepEqual((await sent(['run', '-f', yaml])).body, {
    ...label,
    name: 'redis',
    bind_ports: [{ container_port: 80 }],
  });
  t.regex((await sent(['run', '-f', await file(t, 'a', '{"name": redis}')])).err, /is not JSON: /);
  t.regex((await sent(['run', '-f', await file(t, 'a', 'a: b: c')])).err, /is not YAML: /);
  t.regex((await sent(['run', '-f', await file(t, 'a', 'just words')])).err, /must have an object/);
});

test('variables come from files as docker reads them, and options win', async (t) => {
  const path = await file(t, 'app.env', '# of the app\n\nA="1"\n  B=2=3\nSATSUMA_TEST_NONE\nC=file\n');
  const { body } = await sent(['run', '--env-file', path, '-e', 'C=flag', 'redis']);
  t.deepEqual(body, { ...label, name: 'redis', environment: { A: '"1"', B: '2=3', C: 'flag' } });
  t.like(await sent(['run', '--env-file', '/nowhere', 'redis']), {
    code: 2,
    err: 'satsuma: cannot read /nowhere: ENOENT\n',
  });
  t.regex((await sent(['run', '--env-file', await file(t, 'b', '=x'), 'redis'])).err, /expected NAME=VALUE/);
});
