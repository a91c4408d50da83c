import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'ava';

/**
 * The table of docs/architecture.md, from the ground up: what a folder may import, besides itself and Node's own modules.
 * `type:` marks what may be imported as a type only. Everything that is not listed is refused.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/model': ['ipaddr.js', 're2js'],
  'src/api': ['src/model'],
  schedulers: ['src/model'],
  'src/placement': ['src/model'],
  'src/runtime': ['src/model'],
  'src/application': ['src/model', 'yaml'],
  'src/template': ['src/model', 'src/application'],
  'src/network-plugins': ['src/model'],
  'src/compose': ['src/model', 'src/api', 'src/application'],
  'src/run-options': ['src/model', 'commander'],
  'src/config': ['src/model', 'src/runtime/loopback.ts', 'joi', 'yaml'],
  'src/logging': ['src/model', 'pino'],
  'src/ca': ['src/model', 'src/runtime', 'node-forge'],
  'src/store': ['src/model', 'src/runtime', 'ioredis', 'lmdb', 'type:src/logging'],
  'src/installation': ['src/model', 'src/runtime', 'type:src/store/store.ts'],
  'src/engines': ['src/model', 'src/runtime', 'dockerode', 'type:src/logging'],
  'src/labels': ['src/model', 'src/runtime', 'src/installation/installation.ts'],
  'src/state': [
    ...['src/model', 'src/placement', 'src/runtime', 'src/labels'],
    ...[
      'type:src/logging',
      'type:src/store/documents.ts',
      'type:src/store/store.ts',
      'type:src/engines/engine-client.ts',
    ],
    'type:src/installation/installation.ts',
  ],
  'src/access': ['src/model', 'src/runtime', 'src/state', 'jose', 'openid-client'],
  'src/audit': ['src/model', 'src/api', 'src/runtime', 'type:src/store/store.ts'],
  'src/membership': ['src/model', 'src/runtime', 'src/state', 'type:src/logging', 'type:src/store/store.ts'],
  'src/decisions': [
    ...['src/model', 'src/api', 'src/placement', 'src/runtime', 'src/labels', 'src/state'],
    ...['type:src/store/store.ts', 'croner'],
  ],
  'src/engine-sync': [
    ...['src/model', 'src/placement', 'src/runtime', 'src/labels', 'src/state', 'src/membership', 'src/decisions'],
    ...['type:src/store/store.ts', 'type:src/engines/engine-client.ts'],
  ],
  'src/execution': [
    ...['src/model', 'src/placement', 'src/runtime', 'src/labels', 'src/state', 'src/decisions', 'src/engine-sync'],
    ...['type:src/store/store.ts', 'type:src/engines/engine-client.ts', 'tar-stream'],
  ],
  'src/simulation': ['src/model', 'src/placement', 'src/state', 'src/decisions'],
  'src/commands': [
    ...[
      'src/application',
      'src/template',
      'src/compose',
      'src/model',
      'src/api',
      'src/placement',
      'src/runtime',
      'src/labels',
      'src/state',
      'src/access',
      'src/audit',
      'src/membership',
      'src/decisions',
    ],
    ...['src/engine-sync', 'src/execution', 'src/simulation'],
    ...['type:src/store/documents.ts', 'type:src/store/store.ts', 'type:src/engines/engine-client.ts'],
    'type:src/engines/relay-operations.ts',
  ],
  'src/controllers': [
    ...[
      'src/model',
      'src/api',
      'src/placement',
      'src/runtime',
      'src/labels',
      'src/state',
      'src/membership',
      'src/decisions',
    ],
    ...['src/engine-sync', 'src/execution', 'src/simulation'],
    ...['type:src/logging', 'type:src/store/store.ts', 'type:src/engines/engine-client.ts'],
  ],
  'src/http': [
    ...['src/model', 'src/api', 'src/state', 'src/access', 'src/decisions', 'src/engine-sync', 'src/execution'],
    ...['src/application', 'src/template', 'src/run-options'],
    ...[
      'src/simulation',
      'src/commands',
      'type:src/logging',
      'type:src/engines/stream-use.ts',
      '@hapi/hapi',
      '@hapi/boom',
      'joi',
      'ws',
      'prom-client',
    ],
    ...[
      'src/runtime/listen-error.ts',
      'src/runtime/loopback.ts',
      'src/runtime/file-follower.ts',
      'src/runtime/certificates.ts',
      'src/runtime/package-root.ts',
      'src/runtime/read-pem.ts',
    ],
  ],
  'src/dns': ['src/model', 'src/api', 'src/runtime', 'src/state', 'src/decisions', 'type:src/logging', 'dns-packet'],
  'src/cli': [
    ...['src/model', 'src/api', 'src/application', 'src/template', 'src/compose', 'src/run-options'],
    ...['src/config', 'src/ca'],
    ...[
      'commander',
      'tar-stream',
      'yaml',
      'ws',
      'openid-client',
      'src/runtime/event-of.ts',
      'src/runtime/in-parallel.ts',
      'src/runtime/loopback.ts',
      'src/runtime/send-body.ts',
      'src/runtime/package-root.ts',
    ],
    ...['src/store/embedded/compact-store.ts', 'src/audit/chain.ts'],
  ],
  'src/serve.ts': ['src', 'schedulers'],
  'src/main.ts': ['src/cli', 'src/config', 'src/serve.ts'],
};

/** Nothing at all, not even Node's own. */
const withoutNode = ['src/model', 'schedulers', 'src/network-plugins', 'src/placement'];

/** Only these files may name the package. */
const packageFiles: Readonly<Record<string, RegExp>> = {
  croner: /^src\/decisions\/jobs\/schedule\.ts$/,
  'dns-packet': /^src\/dns\//,
  dockerode: /^src\/engines\/docker\//,
  'ipaddr.js': /^src\/model\/host-address\.ts$/,
  ioredis: /^src\/store\/redis\//,
  'openid-client': /^src\/(access\/oidc-code-login|cli\/oidc-login)\.ts$/,
  'prom-client': /^src\/http\/metrics\//,
  re2js: /^src\/model\/linear-expression\.ts$/,
  'tar-stream':
    /^src\/(cli\/copy\/|cli\/build\/folder-context\.ts$|execution\/(read-tar|archives\/(write-archive|builder-context)|secrets\/secret-archive|routers\/load-config)\.ts$)/,
  lmdb: /^src\/store\/embedded\//,
  ws: /^src\/(http\/(web-sockets|process-socket|process-input|keep-alive)|cli\/process-session)\.ts$/,
};

const root = process.cwd();

interface Import {
  readonly file: string;
  /** A path from the root, or a package. */
  readonly target: string;
  readonly isType: boolean;
  /** Loaded when the line is reached, not at the start. */
  readonly isLazy: boolean;
}

const files = ['src', 'schedulers'].flatMap(filesIn);
const imports = files.flatMap(importsOf);

test('every folder imports only what the table allows it', (t) => {
  t.deepEqual(imports.filter((each) => !isAllowed(each)).map(describe), []);
});

test('every folder of the table imports only from what stands above it', (t) => {
  const order = Object.keys(allowed);
  const isBelow = (room: string) => (rule: string) => {
    const target = roomOf(rule.replace(/^type:/, ''));
    return order.includes(target) && order.indexOf(target) >= order.indexOf(room);
  };
  const wrong = order.flatMap((room) => (allowed[room] ?? []).filter(isBelow(room)).map((rule) => `${room}: ${rule}`));
  t.deepEqual(wrong, []);
});

test('the table of docs/architecture.md has the same folders in the same order, and says the same of each', (t) => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const rows = page.matchAll(/^\| `([^`]+?)\/?` \| [^|]+ \| ([^|]+) \|$/gm);
  const written = [...rows].map(([, room, rules]) => `${room}: ${rules}`);
  const cellOf = (rules: readonly string[]) =>
    rules
      .filter((rule) => /^(type:)?(src|schedulers)\b/.test(rule))
      .map((rule) => (rule.startsWith('type:') ? `*\`${rule.slice(5)}\`*` : `\`${rule}\``))
      .join(', ') || 'nothing';
  t.deepEqual(
    written,
    Object.entries(allowed).map(([room, rules]) => `${room}: ${cellOf(rules)}`),
  );
});

test('model, schedulers and placement import nothing of Node', (t) => {
  const impure = imports.filter(({ file, target }) => withoutNode.includes(roomOf(file)) && target.startsWith('node:'));
  t.deepEqual(impure.map(describe), []);
});

test('a library is named only by the files that hide it', (t) => {
  const leaks = imports.filter(({ file, target }) => packageFiles[target]?.test(file) === false);
  t.deepEqual(leaks.map(describe), []);
});

/** In `src/http`, and no doors. */
const betweenDoors = ['docker-create'];

test('a door imports no other door', (t) => {
  const doorOf = (path: string) => /^src\/http\/([^/]+)\//.exec(path)?.[1];
  const crossings = imports.filter(({ file, target }) => {
    const [from, to] = [doorOf(file), doorOf(target)];
    return from !== undefined && to !== undefined && from !== to && !betweenDoors.includes(to);
  });
  t.deepEqual(crossings.map(describe), []);
});

test('the folders of src/commands import each other in one direction', (t) => {
  const nounOf = (path: string) => /^src\/commands\/([^/]+)\//.exec(path)?.[1];
  const pairs = new Set<string>();
  for (const { file, target } of imports) {
    const [from, to] = [nounOf(file), nounOf(target)];
    if (from !== undefined && to !== undefined && from !== to) pairs.add(`${from} ${to}`);
  }
  t.true(pairs.size > 0);
  // What nobody leads to, and what leads to nobody, is taken away until nothing is left, or a circle.
  let rest = [...pairs].map((pair) => pair.split(' '));
  for (let before = Number.POSITIVE_INFINITY; rest.length < before; ) {
    before = rest.length;
    const [starts, ends] = [new Set(rest.map(([from]) => from)), new Set(rest.map(([, to]) => to))];
    rest = rest.filter(([from, to]) => starts.has(to) && ends.has(from));
  }
  t.deepEqual(rest, []);
});

test('nobody imports main.ts, only main.ts imports serve.ts, and only serve.ts names the schedulers', (t) => {
  const wrong = imports.filter(
    ({ file, target }) =>
      target === 'src/main.ts' ||
      (target === 'src/serve.ts' && file !== 'src/main.ts') ||
      (target.startsWith('schedulers/') && file !== 'src/serve.ts' && !file.startsWith('schedulers/')),
  );
  t.deepEqual(wrong.map(describe), []);
});

test('no file imports itself by a detour, not even as a type', (t) => {
  const programs = ['bench', 'chaos', 'example', 'scripts', 'test'].flatMap(filesIn);
  const graph = new Map<string, readonly string[]>();
  for (const file of [...files, ...programs]) {
    graph.set(file, [...new Set(importsOf(file).flatMap(({ target, isLazy }) => (isLazy ? [] : [target])))]);
  }
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (path.includes(file) || finished.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    finished.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  t.deepEqual(cycles, []);
});

test('what a file exports is named by another file', (t) => {
  // The document of the API is made from exported types, whoever else imports them.
  const read = ['src/api/', 'src/model/'];
  const readers = [...files, ...['bench', 'chaos', 'example', 'scripts', 'test', 'web'].flatMap(filesIn)];
  const namedBy = new Map<string, Set<string>>();
  for (const file of readers) {
    for (const [word] of readFileSync(join(root, file), 'utf8').matchAll(/[A-Za-z_$][\w$]*/g)) {
      const named = namedBy.get(word);
      if (named) named.add(file);
      else namedBy.set(word, new Set([file]));
    }
  }
  const exported = /^export (?:async )?(?:abstract )?(?:function\*?|class|const|let|interface|type|enum) ([\w$]+)/gm;
  const unused = files
    .filter((file) => !read.some((folder) => file.startsWith(folder)))
    .flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(exported)]
        .filter(([, name = '']) => namedBy.get(name)?.size === 1)
        .map(([, name]) => `${file} exports ${name}`),
    );
  t.deepEqual(unused, []);
});

test('every folder says what it is for', (t) => {
  const rooms = Object.keys(allowed).filter((room) => !room.endsWith('.ts') && existsSync(join(root, room)));
  const folders = [...rooms, 'bench', 'chaos', 'docs', 'example', 'scripts', 'test', 'web'];
  t.deepEqual(
    folders.filter((room) => !existsSync(join(root, room, 'README.md'))),
    [],
  );
});

test('the command line starts without what only a server needs', (t) => {
  const loaded = new Set(['src/main.ts']);
  for (const file of loaded) {
    for (const each of imports) if (each.file === file && !each.isType && !each.isLazy) loaded.add(each.target);
  }
  const heavy = ['@hapi/hapi', 'joi', 'ioredis', 'lmdb', 'dockerode', 'node-forge', 'pino', 'yaml', 'src/serve.ts'];
  t.true(loaded.has('commander'));
  t.deepEqual(
    heavy.filter((each) => loaded.has(each)),
    [],
  );
});

test('only src/config reads the environment', (t) => {
  // It hands on what it read; nobody else knows its name.
  const readers = files.filter((file) => /\bprocess\.env\b/.test(readFileSync(join(root, file), 'utf8')));
  t.deepEqual(
    readers.filter((file) => roomOf(file) !== 'src/config'),
    [],
  );
});

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const atTheTop = text.matchAll(
    /^(?:\/\*.*?\*\/\s*)?(?:import|export)\s+(type\s)?([^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm,
  );
  const whenNeeded = text.matchAll(/(?<!typeof )\bimport\(()()['"`]([^'"`]+)['"`]\)(?!\.[A-Z])/g);
  // `import('./x.ts').X` and `typeof import('./x.ts')`.
  const asType = text.matchAll(/\b(typeof import\(|import\((?=['"`][^'"`]+['"`]\)\.[A-Z]))()['"`]([^'"`]+)/g);
  const required = text.matchAll(/\b(?:require|createRequire\([^)]*\))\(()()['"`]([^'"`]+)['"`]\)/g);
  return [...atTheTop, ...whenNeeded, ...asType, ...required].map(([statement, type, , name = '']) => ({
    file,
    target: name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name,
    isType: Boolean(type),
    isLazy: statement.startsWith('import(') && statement.endsWith(')'),
  }));
}

function isAllowed({ file, target, isType }: Import): boolean {
  const room = roomOf(file);
  if (target.startsWith('node:') || target === room || target.startsWith(`${room}/`)) return true;
  return (allowed[room] ?? []).some((rule) => {
    const path = rule.replace(/^type:/, '');
    return (isType || path === rule) && (target === path || target.startsWith(`${path}/`));
  });
}

/** `src/state/clock.ts` stands in `src/state`; `src/main.ts` is a room of its own. */
function roomOf(file: string): string {
  const parts = file.split('/');
  return parts[0] === 'src' ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

function describe({ file, target }: Import): string {
  return `${file} imports ${target}`;
}

/** Pure functions, which the page shares with the command line and the server. */
const sharedWithPage = ['src/api/container-filters.ts', 'src/api/process-channels.ts'];
const pagePackages = /^(preact|uplot|@xterm)(\/|$)/;

test('the web page knows the server by its API: of src it imports types, and a few pure functions', (t) => {
  const files = readdirSync('web', { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  t.true(files.length > 5);
  const wrong = files.flatMap((file) =>
    [...readFileSync(join('web', file), 'utf8').matchAll(/^import (.+?) from '(.+?)';/gms)]
      .filter(([, names = '', from = '']) =>
        from.startsWith('.')
          ? !join('web', file, '..', from).startsWith('web/') &&
            !sharedWithPage.includes(join('web', file, '..', from)) &&
            (!names.startsWith('type ') || !/^src\/(api|model)\//.test(join('web', file, '..', from)))
          : !pagePackages.test(from),
      )
      .map(([line]) => `${file}: ${line}`),
  );
  t.deepEqual(wrong, []);
});
