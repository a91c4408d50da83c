import { spawn } from 'node:child_process';
import { cpSync, existsSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** `npm test`: every check in turn, each to its end, and one line that sums them up. */
interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** A folder for its files, other than the system's. */
  readonly tmpDir?: string;
}

const checks: readonly Check[] = [
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.test.json', '--pretty', 'false'] },
  // Hundreds of stores, each of which waits for its disk again and again, where nothing is tested that a disk is to keep.
  { name: 'unit and conformance tests', command: ['ava', '--config', 'ava.compiled.config.js'], tmpDir: inMemory() },
  { name: 'integration tests', command: ['ava', '--config', 'ava.integration.config.js'] },
  { name: 'integration tests against the clock', command: ['ava', '--config', 'ava.timed.config.js'] },
];

/** Lines that are told again at the end, of each check that failed. */
const maximumComplaints = 200;

// What the compiler makes, and what it does not: a test that is gone must not be run from an earlier time.
rmSync('.test', { recursive: true, force: true });
for (const asset of ['package.json', 'src/store/redis/scripts']) cpSync(asset, `.test/${asset}`, { recursive: true });

let passed = 0;
let failed = 0;
const complaints: string[] = [];
const summary: string[] = ['\n'];
for (const { name, command, tmpDir = tmpdir() } of checks) {
  process.stdout.write(`\n== ${name}\n`);
  const start = performance.now();
  const { code, output } = await run(command, tmpDir);
  summary.push(`${name}: ${Math.round((performance.now() - start) / 1000)} s\n`);
  const tests = count(output, /^\s*✔ /gm);
  const bad = count(output, /^\s*✘ /gm) + count(output, /^\s*- (?:\[skip\]|\[todo\])/gm);
  // A check that counts nothing is one test; a failure that nothing counted (a crash, a time-out) is one failure.
  passed += tests > 0 ? tests : Number(code === 0);
  failed += bad > 0 ? bad : Number(code !== 0);
  if (bad > 0 || code !== 0) complaints.push(`\n== failed: ${name}\n`, ...complaintsOf(output));
}
// Thousands of lines may be between what failed and the end, which is where one looks.
process.stdout.write([...complaints, ...summary].join(''));
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** A folder that is no disk, where there is one with room. */
function inMemory(): string {
  const shared = '/dev/shm';
  if (!existsSync(shared)) return tmpdir();
  const { bavail, bsize } = statfsSync(shared);
  return bavail * bsize > 2 ** 30 ? shared : tmpdir();
}

function run([program, ...args]: Check['command'], tmpDir: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(`node_modules/.bin/${program}`, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NO_COLOR: '1', TMPDIR: tmpDir },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
      process.stdout.write(chunk);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** What a check says of its failures: AVA sums them up below its last line of tests, whatever else says it last. */
function complaintsOf(output: string): string[] {
  const lines = output.split('\n').slice(-maximumComplaints);
  const end = lines.findLastIndex((line) => /^\s*[✔✘]/.test(line));
  return lines.slice(end + 1).map((line) => `${line}\n`);
}

/** AVA marks each test: ✔ passed, ✘ failed or broke off, and a dash where it was skipped. */
function count(output: string, mark: RegExp): number {
  return output.match(mark)?.length ?? 0;
}
